/** Residual networks: the exported integers against the training graph, coupled and decoupled. */
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../sdk/engine/engine.js';
import { engineWasm } from '../../sdk/engine/wasm.js';
import { referenceRun } from '../../sdk/reference/reference.js';
import { selectBackend } from '../backend/index.js';
import { decouple } from '../decouple.js';
import { createNetwork, networkFromRecipe, type RecipeLayer } from '../networks/index.js';
import { SMALL } from '../networks/small.testing.js';
import { bars } from '../testing/bars.js';
import { evaluateInFloat64 } from '../testing/float64-graph.js';
import { randomise, smallPixels } from '../testing/random-model.js';
import { train } from '../training/train.js';
import { exportModel } from './export-model.js';

beforeAll(async () => {
  await selectBackend();
});

const CHANNELS = 3;
const conv = (filters = CHANNELS, stride = 1): RecipeLayer => {
  return { kind: 'binary-conv', filters, kernel: 3, stride, padding: 'same' };
};
const ternary: RecipeLayer = { kind: 'ternary' };
const norm: RecipeLayer = { kind: 'norm' };
const fixed: RecipeLayer = { kind: 'fixed-point' };
const pool = (kind: 'max-pool' | 'average-pool', size: number, stride: number): RecipeLayer => {
  return { kind, size, stride, padding: 'same' };
};
const projection = (filters: number, stride: number): RecipeLayer[] => [
  pool('average-pool', 2, stride),
  fixed,
  { kind: 'int8-conv', filters, kernel: 1 },
  norm,
  fixed,
];

/** Blocks that leave the shape of the stream as it is. */
const block = fc
  .tuple(
    fc.constantFrom<RecipeLayer[]>(
      [ternary, conv(), norm],
      [ternary, conv()],
      [norm, ternary, conv(), norm],
      [ternary, conv(), norm, ternary, conv(), norm],
      [pool('max-pool', 3, 1), ternary, pool('max-pool', 2, 1), conv(), norm],
      [{ kind: 'binary', threshold: 0.3 }, conv(), norm, fixed],
      [{ kind: 'int8-conv', filters: CHANNELS, kernel: 3, padding: 'same' }, norm],
      [{ kind: 'fixed-point-relu' }, { kind: 'int8-conv', filters: CHANNELS, kernel: 1 }],
    ),
    fc.constantFrom<RecipeLayer[] | undefined>(
      undefined,
      undefined,
      projection(CHANNELS, 1),
      [norm, fixed],
      [pool('max-pool', 3, 1)],
    ),
  )
  .map(([layers, shortcut]): RecipeLayer => ({ kind: 'residual', layers, shortcut }));

const wider = CHANNELS + 2;
/** Blocks that change it, and the layers behind them. */
const end = fc.constantFrom<RecipeLayer[]>(
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
  blocks: RecipeLayer[];
  end: RecipeLayer[];
  seed: number;
}

const plans: fc.Arbitrary<Plan> = fc.record({
  blocks: fc.array(block, { minLength: 1, maxLength: 3 }),
  end,
  seed: fc.nat(),
});

function planned({ blocks, end, seed }: Plan) {
  const first: RecipeLayer[] = [{ kind: 'int8-conv', filters: CHANNELS, kernel: 3 }, norm, fixed];
  const layers: RecipeLayer[] = [...first, ...blocks, ...end, { kind: 'int8-dense', units: 3 }];
  const network = networkFromRecipe({ input: [7, 6, 2], layers }, seed);
  randomise(network, seed);
  return { network, image: smallPixels(network, 1, seed) };
}

/** How near to the next step a rounding may come before float64 and the buffer's 31 bits of slope can differ. */
const HAIR = 1e-5;

describe('any residual network', () => {
  it('exports to the integers of its training graph', async () => {
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
        fc.pre(nearest > HAIR);
        expected.forEach((logit, i) => {
          expect(logits[i] * model.outputScale).toBeCloseTo(logit, 4);
        });
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it('decouples to the same exported function, its streams side by side in one tensor', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const { network, image } = planned(plan);
        const decoupled = decouple(network);
        const [before, after] = [await exportModel(network), await exportModel(decoupled)];
        expect(referenceRun(after.model, image).logits).toEqual(referenceRun(before.model, image).logits);
        expect(after.model.outputScale).toBe(before.model.outputScale);
        const convolutions = ({ model }: typeof before) =>
          model.nodes.filter((node) => 'weights' in node).length;
        expect(convolutions(after)).toBe(convolutions(before));
        network.dispose();
        decoupled.dispose();
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});
