import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { buildNetwork, type LayerSpec } from '../networks/index.js';
import * as tf from '../tensorflow/index.js';
import { randomize, smallPixels } from '../testing/random-model.js';
import { decouple } from './decouple.js';

beforeAll(async () => {
  await selectBackend();
});

const CHANNELS = 4;
const conv: LayerSpec = { kind: 'binary-conv', filters: CHANNELS, kernel: 3, padding: 'same' };
const ternary: LayerSpec = { kind: 'ternary' };
const norm: LayerSpec = { kind: 'norm' };
const pool = (kind: 'max-pool' | 'average-pool'): LayerSpec => {
  return { kind, size: 2, stride: 1, padding: 'same' };
};

const unit = fc.constantFrom<LayerSpec[]>(
  [ternary, conv, norm],
  [ternary, conv],
  [norm, ternary, conv],
  [pool('max-pool'), ternary, conv, norm],
  [pool('average-pool'), norm, ternary, pool('max-pool'), conv, pool('max-pool'), norm],
  [{ kind: 'binary', threshold: 0.3 }, conv, norm],
);
const shortcut = fc.option(
  fc.constantFrom<LayerSpec[]>(
    [ternary, conv, norm],
    [pool('average-pool'), { kind: 'float-conv', filters: CHANNELS, kernel: 1 }, norm],
    [norm],
    [{ kind: 'relu' }],
  ),
  { nil: undefined },
);

/** Residual blocks within residual blocks, activations and norms in all places. */
const { block } = fc.letrec<{ block: LayerSpec[] }>((tie) => ({
  block: fc.oneof(
    { maxDepth: 3 },
    unit,
    fc
      .tuple(fc.array(tie('block'), { minLength: 1, maxLength: 2 }), shortcut)
      .map(([layers, shortcut]): LayerSpec[] => [{ kind: 'residual', layers: layers.flat(), shortcut }]),
  ),
}));
const end = fc.constantFrom<LayerSpec[]>(
  [{ kind: 'relu' }, { kind: 'global-average-pool' }],
  [ternary, { kind: 'flatten' }],
);

/** Behind an 8 x 8 convolution called "first". */
function network(...layers: LayerSpec[]): tf.LayersModel {
  const first: LayerSpec = { kind: 'int8-conv', name: 'first', filters: CHANNELS, kernel: 3 };
  const last: LayerSpec = { kind: 'int8-dense', name: 'logits', units: 5 };
  return buildNetwork({ input: [8, 8, 1], layers: [first, ...layers, last] }, 1, { initial: 'zeros' });
}

describe('decoupling', () => {
  it('changes no bit of any output of any residual network', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 4 }), end, fc.nat(), (blocks, end, seed) =>
        tf.tidy(() => {
          const coupled = network(...blocks.flat(), ...end);
          randomize(coupled, seed);
          const images = tf.tensor(Float32Array.from(smallPixels(coupled, 3, seed)), [3, 8, 8, 1]);
          const decoupled = decouple(coupled);
          const logits = (model: tf.LayersModel) => (model.predict(images) as tf.Tensor).dataSync();
          expect(logits(decoupled)).toEqual(logits(coupled));
          coupled.dispose();
          decoupled.dispose();
        }),
      ),
      { numRuns: 25 },
    );
  });
});

describe('the duplicated layers', () => {
  const twice = (...layers: LayerSpec[]) =>
    decouple(network(...layers, { kind: 'relu' }, { kind: 'global-average-pool' }))
      .layers.map((layer) => layer.name)
      .filter((name) => name.endsWith('_first') && !name.startsWith('ternary'))
      .map((name) => name.slice(0, -'_first'.length));

  it('include norms, through pools and sums', () => {
    expect(twice(norm, pool('max-pool'), ternary, conv)).toEqual(['norm1', 'max_pool1']);
    const residual: LayerSpec = { kind: 'residual', layers: [ternary, conv, norm] };
    expect(twice(norm, residual, ternary, conv).sort()).toEqual(['norm1', 'norm2', 'residual1']);
  });

  it('include a sum whose norm only a later activation finds', () => {
    const inner: LayerSpec = { kind: 'residual', name: 'inner', layers: [conv], shortcut: [] };
    const outer: LayerSpec = {
      kind: 'residual',
      name: 'outer',
      layers: [inner, ternary, conv],
      shortcut: [ternary, conv],
    };
    expect(twice(norm, outer)).toEqual(['norm1', 'inner']);
  });

  it('include the norms, but not the stream that only norms read', () => {
    const block: LayerSpec = { kind: 'residual', layers: [norm, ternary, conv] };
    expect(twice(block, block)).toEqual(['norm1', 'norm2']);
  });

  it('are none without norms and behind the last activation', () => {
    const block: LayerSpec = { kind: 'residual', layers: [ternary, conv] };
    expect(twice(block, ternary, conv)).toEqual([]);
    expect(twice(norm, ternary, conv, norm)).toEqual(['norm1']);
  });
});
