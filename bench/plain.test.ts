import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply, floatNetwork, WIDE_VGG } from './float-layers.mjs';
import { moveChannels } from './move-channels.mjs';
import { checkAnswer, plainAnswer } from './peers.mjs';
import { plainOps, roundToEven } from './plain.mjs';

it('rounds halves to even', () => {
  expect([0.5, 1.5, 2.5, -0.5, -1.5, 0.49, 1.51].map(roundToEven)).toEqual([0, 2, 2, 0, -2, 0, 2]);
});

describe('the plain model', () => {
  const input = { height: 2, width: 2, channels: 1 };
  const data = Float64Array.of(1, 2, 3, 4);
  const window = {
    filters: 1,
    kernel: 3,
    stride: 1,
    padding: 1,
    weights: new Int8Array(9).fill(1),
    scale: 0.5,
  };

  it('convolves with zeros around', () => {
    expect([...plainOps('float').conv({ ...input, data }, window).data]).toEqual([5, 5, 5, 5]);
    const negative = { ...window, weights: new Int8Array(9).fill(-1) };
    expect([...plainOps('float').conv({ ...input, data }, { ...negative, relu: true }).data]).toEqual([
      0, 0, 0, 0,
    ]);
    expect([...plainOps('int8').conv({ ...input, data }, { ...negative, zero: 128 }).data]).toEqual([
      123, 123, 123, 123,
    ]);
  });

  it('pools what is inside', () => {
    const pool = { size: 3, stride: 2, padding: 1 };
    expect([...plainOps('float')['max-pool']({ ...input, data }, pool).data]).toEqual([4]);
    expect([...plainOps('float')['average-pool']({ ...input, data }, pool).data]).toEqual([2.5]);
  });

  it('adds a shortcut', () => {
    const relu = { kind: 'relu' };
    const layers = [{ kind: 'residual', layers: [relu], shortcut: [] }];
    const x = { ...input, data: Float64Array.of(-1, 2, -3, 4) };
    expect([...apply(layers, x, plainOps('float')).data]).toEqual([-1, 4, -3, 8]);
  });

  it('runs a recipe, the same at every call', () => {
    const recipe = { ...WIDE_VGG, layers: WIDE_VGG.layers.slice(0, 3) };
    const layers = [...recipe.layers, { kind: 'flatten' }, { kind: 'int8-dense', units: 3 }];
    const network = floatNetwork({ input: [4, 4, 3], layers });
    const image = Uint8Array.from({ length: 48 }, (_, i) => 5 * i);
    const answer = plainAnswer(network, image, 'float');
    expect(answer).toHaveLength(3);
    expect(plainAnswer(floatNetwork({ input: [4, 4, 3], layers }), image, 'float')).toEqual(answer);
    expect(new Set(answer).size).toBe(3);
  });
});

it('moving channels there and back changes nothing', () => {
  fc.assert(
    fc.property(fc.nat(3), fc.nat(4), fc.nat(5), (outer, rows, columns) => {
      const array = Float64Array.from({ length: outer * rows * columns }, (_, i) => i);
      const moved = moveChannels(array, outer, rows, columns);
      expect(moveChannels(moved, outer, columns, rows)).toEqual(array);
    }),
  );
  expect([...moveChannels(Uint8Array.of(1, 2, 3, 4, 5, 6), 1, 2, 3)]).toEqual([1, 4, 2, 5, 3, 6]);
});

describe('an answer', () => {
  it('may be off by rounding, in float32 only', () => {
    checkAnswer('a', [100, 1.0001], [100, 1], 'float');
    expect(() => checkAnswer('a', [100, 1.0001], [100, 1], 'int8')).toThrow('a gives a wrong answer: 1.0001');
  });

  it('is refused where it is wrong, not a number or too short', () => {
    expect(() => checkAnswer('a', [100, 1.1], [100, 1], 'float')).toThrow('1.1, not 1');
    expect(() => checkAnswer('a', [100, Number.NaN], [100, 1], 'float')).toThrow('NaN, not 1');
    expect(() => checkAnswer('a', [100], [100, 1], 'float')).toThrow('undefined, not 1');
    expect(() => checkAnswer('a', [100, 1, 2], [100, 1], 'int8')).toThrow('3 values, not 2');
  });
});
