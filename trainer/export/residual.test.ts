/** Residual networks: the exported integers against the training graph, coupled and decoupled. */

import { argmax, Engine, engineWasm, referenceRun } from '@bd-edge/sdk/internal';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { rejection } from '../../sdk/testing/throws.js';
import { selectBackend } from '../backend/index.js';
import { decouple } from '../decoupling/decouple.js';
import { buildNetwork, createNetwork, type LayerSpec } from '../networks/index.js';
import { SMALL } from '../networks/small.testing.js';
import type * as tf from '../tensorflow/index.js';
import { bars } from '../testing/bars.js';
import { evaluateInFloat64 } from '../testing/float64-graph.js';
import { randomize, smallPixels } from '../testing/random-model.js';
import { train } from '../training/train.js';
import { exportModel } from './export-model.js';

beforeAll(async () => {
  await selectBackend();
});

const CHANNELS = 3;
const conv = (filters = CHANNELS, stride = 1): LayerSpec => {
  return { kind: 'binary-conv', filters, kernel: 3, stride, padding: 'same' };
};
const ternary: LayerSpec = { kind: 'ternary' };
const norm: LayerSpec = { kind: 'norm' };
const fixed: LayerSpec = { kind: 'fixed-point' };
const pool = (kind: 'max-pool' | 'average-pool', size: number, stride: number): LayerSpec => {
  return { kind, size, stride, padding: 'same' };
};
const projection = (filters: number, stride: number): LayerSpec[] => [
  pool('average-pool', 2, stride),
  fixed,
  { kind: 'int8-conv', filters, kernel: 1 },
  norm,
  fixed,
];

/** Blocks that keep the shape of the stream. */
const block = fc
  .tuple(
    fc.constantFrom<LayerSpec[]>(
      [ternary, conv(), norm],
      [ternary, conv()],
      [norm, ternary, conv(), norm],
      [ternary, conv(), norm, ternary, conv(), norm],
      [pool('max-pool', 3, 1), ternary, pool('max-pool', 2, 1), conv(), norm],
      [{ kind: 'binary', threshold: 0.3 }, conv(), norm, fixed],
      [{ kind: 'int8-conv', filters: CHANNELS, kernel: 3, padding: 'same' }, norm],
      [{ kind: 'fixed-point-relu' }, { kind: 'int8-conv', filters: CHANNELS, kernel: 1 }],
    ),
    fc.constantFrom<LayerSpec[] | undefined>(
      undefined,
      undefined,
      projection(CHANNELS, 1),
      [norm, fixed],
      [pool('max-pool', 3, 1)],
    ),
  )
  .map(([layers, shortcut]): LayerSpec => ({ kind: 'residual', layers, shortcut }));

const wider = CHANNELS + 2;
/** Blocks that change the shape, and the layers behind them. */
const end = fc.constantFrom<LayerSpec[]>(
  [{ kind: 'fixed-point-relu' }, { kind: 'global-average-pool' }, fixed],
  [{ kind: 'global-average-pool' }, norm, fixed],
  [
    { kind: 'residual', layers: [ternary, conv(wider, 2), norm], shortcut: projection(wider, 2) },
    { kind: 'fixed-point-relu', step: 1 / 4 },
    { kind: 'flatten' },
  ],
  [
    {
      kind: 'residual',
      layers: [ternary, conv(wider), norm],
      shortcut: [{ kind: 'pad-channels', channels: 2 }],
    },
    { kind: 'residual', layers: [ternary, conv(wider), norm] },
    ternary,
    { kind: 'flatten' },
  ],
  [norm, pool('max-pool', 2, 2), ternary, { kind: 'flatten' }],
);

interface Plan {
  blocks: LayerSpec[];
  end: LayerSpec[];
  seed: number;
}

const plans: fc.Arbitrary<Plan> = fc.record({
  blocks: fc.array(block, { minLength: 1, maxLength: 3 }),
  end,
  seed: fc.nat(),
});

function planned({ blocks, end, seed }: Plan) {
  const first: LayerSpec[] = [{ kind: 'int8-conv', filters: CHANNELS, kernel: 3 }, norm, fixed];
  const layers: LayerSpec[] = [...first, ...blocks, ...end, { kind: 'int8-dense', units: 3 }];
  const network = buildNetwork({ input: [7, 6, 2], layers }, seed);
  randomize(network, seed);
  return { network, image: smallPixels(network, 1, seed) };
}

/** The distance to the next step below which float64 and the buffer's 31 bits of slope can differ. */
const TIE_DISTANCE = 1e-5;

describe('exportModel of any residual network', () => {
  it('gives the integers of the training graph', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const { network, image } = planned(plan);
        let nearest = 1;
        const expected = evaluateInFloat64(network, image, (steps) => {
          nearest = Math.min(nearest, Math.abs(steps - Math.round(steps)));
        });
        const { model, bytes } = await exportModel(network);
        const { logits, layers } = referenceRun(model, image);
        for (const build of ['mvp', 'simd'] as const) {
          const engine = await Engine.instantiate(engineWasm(build));
          engine.load(bytes);
          expect(engine.layers(image)).toEqual(layers);
        }
        network.dispose();
        fc.pre(nearest > TIE_DISTANCE);
        expected.forEach((logit, i) => {
          expect(logits[i] * model.outputScale).toBeCloseTo(logit, 4);
        });
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it('gives the same function for the decoupled network, with its streams side by side in one tensor', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const { network, image } = planned(plan);
        const decoupled = decouple(network);
        const [before, after] = [await exportModel(network), await exportModel(decoupled)];
        expect(referenceRun(after.model, image).logits).toEqual(referenceRun(before.model, image).logits);
        expect(after.model.outputScale).toBe(before.model.outputScale);
        const convolutions = ({ model }: typeof before) => model.ops.filter((op) => 'weights' in op).length;
        expect(convolutions(after)).toBe(convolutions(before));
        network.dispose();
        decoupled.dispose();
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});

describe.each(['resnet18', 'resnet18-sc'])('%s', (name) => {
  it('exports coupled and decoupled, and agrees with its graph apart from ties', async () => {
    const coupled = createNetwork(name, 1, { ...SMALL[name], classCount: 5 });
    randomize(coupled, 1);
    const count = 20;
    const validation = { images: smallPixels(coupled, count, 2), count };
    const [first, second] = [
      await exportModel(coupled, { validation }),
      await exportModel(decouple(coupled), { validation }),
    ];
    for (const { agreement } of [first, second]) {
      expect(agreement?.classesDiffering).toBe(0);
      // A batch norm can be within float32 noise of the middle of two steps: one value in 10,000, and its successors.
      expect(agreement?.activationsDiffering).toBeLessThan((agreement?.activations ?? 0) / 1000);
    }
    const image = validation.images.subarray(0, validation.images.length / count);
    const logits = referenceRun(first.model, image).logits;
    expect(referenceRun(second.model, image).logits).toEqual(logits);
    expect(new Set(logits).size).toBeGreaterThan(1);
  });
});

describe('a trained residual network', () => {
  const layers: LayerSpec[] = [
    { kind: 'int8-conv', filters: 4, kernel: 3, padding: 'same' },
    { kind: 'norm', momentum: 0.8 },
    fixed,
    {
      kind: 'residual',
      layers: [ternary, conv(4), { kind: 'norm', momentum: 0.8 }],
    },
    {
      kind: 'residual',
      layers: [ternary, conv(6, 2), { kind: 'norm', momentum: 0.8 }],
      shortcut: [
        pool('average-pool', 2, 2),
        fixed,
        { kind: 'int8-conv', filters: 6, kernel: 1 },
        { kind: 'norm', momentum: 0.8 },
        fixed,
      ],
    },
    { kind: 'fixed-point-relu' },
    { kind: 'global-average-pool' },
    fixed,
    { kind: 'int8-dense', units: 2 },
  ];

  it('decouples and is fine-tuned, and the engine has the accuracy of the graph', async () => {
    const [images, validation] = [bars(400, 1), bars(100, 2)];
    const coupled = buildNetwork({ input: [6, 6, 1], layers }, 3);
    const learn = (model: tf.LayersModel, learningRate: number) =>
      train(model, {
        epochs: 4,
        batchSize: 50,
        optimizer: { kind: 'adam' },
        schedule: { kind: 'cosine', learningRate },
        train: images,
        validation,
        seed: 5,
      });
    await learn(coupled, 0.02);
    const network = decouple(coupled);
    const { validationAccuracy } = await learn(network, 0.005);
    const { bytes, agreement } = await exportModel(network, { validation });
    expect(agreement?.classesDiffering).toBe(0);
    expect(validationAccuracy).toBeGreaterThan(0.8);

    const engine = await Engine.instantiate();
    engine.load(bytes);
    const right = Array.from({ length: validation.count }, (_, i) => {
      const logits = engine.run(validation.images.subarray(36 * i, 36 * (i + 1)));
      return Number(argmax(logits) === validation.labels[i]);
    });
    expect(right.reduce((sum, one) => sum + one)).toBe(Math.round(100 * validationAccuracy));
    // Fine-tuning has moved the two streams apart, so the equality is not one of two copies.
    const gammas = ['norm1_first', 'norm1_second'].map((name) =>
      network.getLayer(name).getWeights()[0].dataSync(),
    );
    expect(gammas[0]).not.toEqual(gammas[1]);
  }, 60_000);
});

describe('a stream that cannot be exported', () => {
  const stem: LayerSpec[] = [{ kind: 'int8-conv', filters: 4, kernel: 3 }, norm];
  const end: LayerSpec[] = [{ kind: 'flatten' }, { kind: 'int8-dense', units: 2 }];
  it.each<[string, LayerSpec[]]>([
    [
      'a sum of full precision',
      [...stem, { kind: 'residual', name: 'culprit', layers: [ternary, conv(4), norm] }, ternary],
    ],
    [
      'an average beyond the border',
      [...stem, fixed, { ...pool('average-pool', 3, 2), name: 'culprit' } as LayerSpec, fixed],
    ],
    [
      'an average that nothing rounds',
      [
        ...stem,
        fixed,
        pool('average-pool', 2, 2),
        { kind: 'int8-conv', name: 'culprit', filters: 2, kernel: 1 },
        ternary,
      ],
    ],
    [
      'binary weights on a stream',
      [...stem, fixed, { kind: 'binary-conv', name: 'culprit', filters: 2, kernel: 1 }, ternary],
    ],
  ])('%s', async (_what, layers) => {
    const network = buildNetwork({ input: [8, 8, 1], layers: [...layers, ...end] }, 1);
    expect(await rejection(exportModel(network))).toMatchObject({ code: 'not-exportable', layer: 'culprit' });
  });
});
