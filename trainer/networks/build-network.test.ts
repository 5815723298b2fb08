import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { thrown } from '../../sdk/testing/throws.js';
import { selectBackend } from '../backend/index.js';
import { decouple } from '../decoupling/decouple.js';
import { exportModel } from '../export/index.js';
import type { Int8Dense } from '../layers/index.js';
import * as tf from '../tensorflow/index.js';
import { randomize, smallPixels } from '../testing/random-model.js';
import { buildNetwork } from './build-network.js';
import { type LayerSpec, readNetworkSpec } from './network-spec.js';

beforeAll(async () => {
  await selectBackend();
});

const build = (...layers: LayerSpec[]) => buildNetwork({ input: [8, 8, 2], layers }, 1);

describe('docs/networks.md', () => {
  const page = readFileSync(new URL('../../docs/networks.md', import.meta.url), 'utf8');
  const [plain, residual] = [...page.matchAll(/```json\n(.+?)```/gs)].map(([, text]) =>
    readNetworkSpec(text),
  );

  it('has an example that decouples exactly and exports', async () => {
    const coupled = buildNetwork(plain, 1);
    expect(coupled.name).toBe('my-network');
    expectExactDecoupling(coupled);
    const { model } = await exportModel(decouple(coupled));
    expect(model.ops).toHaveLength(4);
  });

  it('has a residual example that decouples exactly and exports', async () => {
    const coupled = buildNetwork(residual, 1);
    expectExactDecoupling(coupled);
    const { model } = await exportModel(decouple(coupled));
    expect(model.tensors.some(({ type }) => type === 'int16')).toBe(true);
  });

  it('lists every kind', () => {
    const kinds = ['int8-conv', 'binary-conv', 'float-conv', 'int8-dense', 'binary-dense', 'float-dense'];
    kinds.push(
      'norm',
      'ternary',
      'binary',
      'relu',
      'fixed-point-relu',
      'fixed-point',
      'max-pool',
      'average-pool',
      'global-average-pool',
    );
    kinds.push('residual', 'flatten', 'dropout', 'zero-pad', 'pad-channels');
    for (const kind of kinds) expect(page).toMatch(new RegExp(`^\\|[^|]*\`${kind}\`[^|]*\\|`, 'm'));
  });

  function expectExactDecoupling(coupled: tf.LayersModel): void {
    randomize(coupled, 1);
    const pixels = Float32Array.from(smallPixels(coupled, 3, 1));
    const images = tf.tensor(pixels, [3, 32, 32, 3]);
    const logits = (model: tf.LayersModel) => (model.predict(images) as tf.Tensor).dataSync();
    expect(logits(decouple(coupled))).toEqual(logits(coupled));
  }
});

describe('buildNetwork', () => {
  it('names layers after their kinds, apart from the given names', () => {
    const network = build(
      { kind: 'float-conv', filters: 3, kernel: 1 },
      { kind: 'norm', name: 'norm2' },
      { kind: 'norm' },
      { kind: 'norm' },
      { kind: 'global-average-pool' },
    );
    const names = ['input', 'float_conv1', 'norm2', 'norm1', 'norm3', 'global_average_pool1'];
    expect(network.layers.map((layer) => layer.name)).toEqual(names);
  });

  it.each([
    ['ternary', 0.5],
    ['binary', 1],
    ['relu', 1 / 256],
    ['fixed-point-relu', 1 / 16],
    ['fixed-point', 1 / 64],
  ] as const)('the bias of an int8 dense layer counts the steps of a %s activation', (kind, step) => {
    const network = build(
      { kind },
      { kind: 'max-pool', size: 2 },
      { kind: 'flatten' },
      { kind: 'int8-dense', name: 'logits', units: 2 },
    );
    expect((network.getLayer('logits') as Int8Dense).inputStep).toBe(step);
  });

  it('follows the seed, in float layers too', () => {
    const weights = (seed: number) =>
      buildNetwork(
        {
          input: [4],
          layers: [
            { kind: 'float-dense', units: 3 },
            { kind: 'binary-dense', units: 2 },
          ],
        },
        seed,
      )
        .getWeights()
        .map((weight) => weight.dataSync());
    expect(weights(1)).toEqual(weights(1));
    expect(weights(1)[0]).not.toEqual(weights(2)[0]);
  });

  it('initializes with zeros', () => {
    const layers: LayerSpec[] = [
      { kind: 'int8-conv', filters: 2, kernel: 2 },
      { kind: 'float-conv', filters: 2, kernel: 2 },
    ];
    const weights = buildNetwork({ input: [8, 8, 2], layers }, 1, { initial: 'zeros' }).getWeights();
    for (const weight of weights) expect(weight.dataSync().every((value) => value === 0)).toBe(true);
  });

  it.each<[string, string, LayerSpec[]]>([
    ['a kernel that is too large', 'layers.0', [{ kind: 'binary-conv', filters: 1, kernel: 9 }]],
    [
      'a convolution behind flatten',
      'layers.1',
      [{ kind: 'flatten' }, { kind: 'int8-conv', filters: 1, kernel: 1 }],
    ],
    ['a dense layer on an image', 'layers.0', [{ kind: 'int8-dense', units: 2 }]],
    [
      'a sum of different shapes',
      'layers.0',
      [{ kind: 'residual', layers: [{ kind: 'float-conv', filters: 3, kernel: 1 }] }],
    ],
    [
      'a name that is taken',
      'layers.1.layers.0.name',
      [
        { kind: 'relu', name: 'a' },
        { kind: 'residual', layers: [{ kind: 'relu', name: 'a' }] },
      ],
    ],
  ])('rejects %s', (_what, field, layers) => {
    expect(thrown(() => build(...layers))).toMatchObject({ code: 'invalid-network-spec', field });
  });
});
