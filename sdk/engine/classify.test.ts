import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { encodeModel } from '../format/encode.js';
import type { Graph } from '../format/graph.js';
import { preprocess } from '../preprocess/preprocessor.js';
import { codeOf } from '../testing/throws.js';
import { type ClassifiableImage, rankClasses } from './classify.js';
import { load } from './network.js';

/** A gray 2x1 image; the logits are left, right and left + right. */
const graph: Graph = {
  input: { height: 1, width: 2, channels: 1 },
  ops: [
    {
      kind: 'int8-convolution',
      input: 0,
      window: { kernelHeight: 1, kernelWidth: 2, strideY: 1, strideX: 1, paddingTop: 0, paddingLeft: 0 },
      outputHeight: 1,
      outputWidth: 1,
      filters: 3,
      weights: Int8Array.of(1, 0, 0, 1, 1, 1),
      epilogue: { kind: 'sum', bias: new Int32Array(3) },
    },
  ],
  outputScale: 0.5,
  metadata: { labels: ['left', 'right', 'both'] as const },
};
const network = await load(encodeModel(graph));

test('scores are the softmax of the logits times outputScale, with names, the largest first', () => {
  const sum = Math.exp(1) + Math.exp(2) + Math.exp(3);
  const found = network.classify({ width: 2, height: 1, data: Uint8Array.of(2, 4) });
  expect(found.map(({ classIndex, className }) => [classIndex, className])).toEqual([
    [2, 'both'],
    [1, 'right'],
    [0, 'left'],
  ]);
  [3, 2, 1].forEach((logit, rank) => {
    expect(found[rank].score).toBeCloseTo(Math.exp(logit) / sum, 15);
  });
});

test('top limits the classes but not their scores; of equal logits the lower index is first', () => {
  const image = { width: 2, height: 1, data: Uint8Array.of(0, 0) };
  expect(network.classify(image, { top: 2 })).toEqual([
    { classIndex: 0, className: 'left', score: 1 / 3 },
    { classIndex: 1, className: 'right', score: 1 / 3 },
  ]);
  expect(network.classify(image, { top: 99 })).toHaveLength(3);
});

test('images of other sizes are preprocessed, one after another, with the same options', () => {
  const wide = {
    width: 4,
    height: 2,
    channels: 4,
    data: Uint8ClampedArray.from({ length: 32 }, (_, i) => 8 * i),
  };
  const tall = { width: 3, height: 9, data: Uint8Array.from({ length: 27 }, (_, i) => 9 * i) };
  for (const image of [wide, tall, wide]) {
    for (const options of [{}, { fit: 'contain', invert: true } as const]) {
      const { logits } = network.run(preprocess(image, { to: network.input, ...options }));
      expect(network.classify(image, options)).toEqual(rankClasses(logits, 0.5, ['left', 'right', 'both']));
    }
  }
});

test('for any logits scores sum to 1, and their order is the order of the logits', () => {
  const scale = fc.double({ min: 1e-6, max: 1e3, noNaN: true });
  const integers = fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), {
    minLength: 1,
    maxLength: 50,
  });
  fc.assert(
    fc.property(integers, scale, (logits, outputScale) => {
      const ranked = rankClasses(Int32Array.from(logits), outputScale);
      expect(ranked.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 12);
      expect(ranked.map(({ classIndex }) => classIndex).sort((a, b) => a - b)).toEqual([...logits.keys()]);
      ranked.slice(1).forEach(({ classIndex, score }, i) => {
        const before = ranked[i];
        expect(score).toBeLessThanOrEqual(before.score);
        const [higher, lower] = [logits[before.classIndex], logits[classIndex]];
        expect(higher > lower || (higher === lower && before.classIndex < classIndex)).toBe(true);
      });
    }),
  );
});

afterEach(() => vi.unstubAllGlobals());

test('images that a canvas can draw are read by one', () => {
  const drawn: unknown[] = [];
  vi.stubGlobal(
    'OffscreenCanvas',
    class {
      constructor(
        readonly width: number,
        readonly height: number,
      ) {}
      getContext = () => ({
        clearRect() {},
        drawImage: (source: unknown) => drawn.push(source),
        getImageData: () => ({ width: 2, height: 1, data: Uint8ClampedArray.of(9, 9, 9, 255, 1, 1, 1, 255) }),
      });
    },
  );
  const bitmap = { width: 2, height: 1, close() {} } as ImageBitmap;
  expect(network.classify(bitmap)).toEqual(rankClasses([9, 1, 10], 0.5, ['left', 'right', 'both']));
  expect(drawn).toEqual([bitmap]);
});

test.each<[string, unknown]>([
  ['raw bytes', Uint8Array.of(1, 2)],
  ['nothing', undefined],
  ['an address', 'photo.png'],
  ['an object without a size', {}],
])('%s is not an image', (_, image) => {
  expect(codeOf(() => network.classify(image as ClassifiableImage))).toBe('wrong-image-type');
});

test.each([0, -1, 1.5, Number.NaN])('top cannot be %d', (top) => {
  const image = { width: 2, height: 1, data: Uint8Array.of(2, 4) };
  expect(codeOf(() => network.classify(image, { top }))).toBe('invalid-top');
});
