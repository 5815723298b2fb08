import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ImageError, UsageError } from '../errors.js';
import { codeOf, thrown } from '../testing/throws.js';
import { grayOf } from './gray.js';
import type { PixelChannels, Pixels } from './pixels.js';
import { place } from './place.js';
import { preprocess, preprocessor } from './preprocessor.js';
import { tapsOf } from './taps.js';

const side = fc.integer({ min: 1, max: 12 });
const channels = fc.constantFrom<PixelChannels>(1, 3, 4);
const images = fc.tuple(side, side, channels).chain(([width, height, count]) => {
  const length = width * height * count;
  return fc
    .uint8Array({ minLength: length, maxLength: length })
    .map((data): Pixels => ({ width, height, data }));
});
const inputs = fc.record({ height: side, width: side, channels: fc.constantFrom(1, 3) });
const fits = fc.constantFrom('cover' as const, 'contain' as const, 'fill' as const);

/** The rule of docs/preprocessing.md, pixel by pixel in integers of any size. */
function expected(
  image: Pixels,
  to: { height: number; width: number; channels: number },
  fit: 'cover' | 'contain' | 'fill',
) {
  const count = image.data.length / (image.width * image.height);
  const { source, target } = place(image, to, fit);
  const [across, down] = [tapsOf(source.width, target.width), tapsOf(source.height, target.height)];
  const output = new Uint8Array(to.height * to.width * to.channels);
  for (let y = 0; y < target.height; y++) {
    for (let x = 0; x < target.width; x++) {
      const scaled = [0, 1, 2].slice(0, count === 1 ? 1 : 3).map((c) => {
        let sum = 0n;
        for (let v = down.start[y]; v < down.start[y + 1]; v++) {
          for (let h = across.start[x]; h < across.start[x + 1]; h++) {
            const row = source.top + down.first[y] + v - down.start[y];
            const column = source.left + across.first[x] + h - across.start[x];
            const at = (row * image.width + column) * count;
            const alpha = count === 4 ? image.data[at + 3] : 255;
            sum += BigInt(down.weights[v]) * BigInt(across.weights[h]) * BigInt(image.data[at + c] * alpha);
          }
        }
        const divisor = BigInt(down.total) * BigInt(across.total) * 255n;
        return Number((2n * sum + divisor) / (2n * divisor));
      });
      const [red, green = red, blue = red] = scaled;
      const pixel = to.channels === 1 ? [grayOf(red, green, blue)] : [red, green, blue];
      output.set(pixel, ((target.top + y) * to.width + target.left + x) * to.channels);
    }
  }
  return output;
}

describe('the integers of the rule', () => {
  test('for random images, sizes, channels and fits', () => {
    fc.assert(
      fc.property(images, inputs, fits, (image, to, fit) => {
        expect(preprocess(image, { to, fit })).toEqual(expected(image, to, fit));
      }),
      { numRuns: 500 },
    );
  });

  test('for large sums, from a wide image to a tall one', () => {
    const [width, height] = [32768, 2];
    const white = { width, height, data: new Uint8Array(width * height * 4).fill(255) };
    const output = preprocess(white, { to: { height: 65535, width: 2, channels: 1 }, fit: 'fill' });
    expect(output.every((value) => value === 255)).toBe(true);
  });

  test('an image of the right size and color is unchanged', () => {
    fc.assert(
      fc.property(
        images.filter(({ width, height, data }) => data.length < 4 * width * height),
        (image) => {
          const { width, height, data } = image;
          const to = { height, width, channels: data.length / (width * height) };
          expect(preprocess(image, { to })).toEqual(data);
        },
      ),
    );
  });

  test('one color stays one color, at any size', () => {
    fc.assert(
      fc.property(side, side, fc.nat(255), inputs, (width, height, value, to) => {
        const image = { width, height, data: new Uint8Array(width * height * 3).fill(value) };
        expect(new Set(preprocess(image, { to }))).toEqual(new Set([value]));
      }),
    );
  });

  test('opaque pixels are their colors, transparent ones are black', () => {
    fc.assert(
      fc.property(
        images.filter(({ width, height, data }) => data.length === 3 * width * height),
        inputs,
        (image, to) => {
          const { width, height, data } = image;
          const withAlpha = (alpha: number) => ({
            width,
            height,
            data: Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) =>
              i % 4 === 3 ? alpha : data[3 * (i >> 2) + (i % 4)],
            ),
          });
          expect(preprocess(withAlpha(255), { to })).toEqual(preprocess(image, { to }));
          expect(Math.max(...preprocess(withAlpha(0), { to }))).toBe(0);
        },
      ),
    );
  });

  test('invert gives 255 minus each byte, and the border of contain stays 0', () => {
    fc.assert(
      fc.property(images, inputs, fits, (image, to, fit) => {
        const { target } = place(image, to, fit);
        const plain = preprocess(image, { to, fit });
        const inverted = preprocess(image, { to, fit, invert: true });
        plain.forEach((value, i) => {
          const [x, y] = [Math.floor(i / to.channels) % to.width, Math.floor(i / to.channels / to.width)];
          const inside =
            x >= target.left &&
            x < target.left + target.width &&
            y >= target.top &&
            y < target.top + target.height;
          expect(inverted[i]).toBe(inside ? 255 - value : 0);
        });
      }),
    );
  });

  test('a crop gives the result for the cropped image', () => {
    const image = { width: 5, height: 4, data: Uint8Array.from({ length: 20 }, (_, i) => 11 * i) };
    const part = { width: 2, height: 3, data: Uint8Array.of(66, 77, 121, 132, 176, 187) };
    const to = { height: 7, width: 2, channels: 3 };
    expect(preprocess(image, { to, crop: { left: 1, top: 1, width: 2, height: 3 } })).toEqual(
      preprocess(part, { to }),
    );
  });
});

describe('for frames', () => {
  test('each frame gives its own result in the same memory', () => {
    fc.assert(
      fc.property(images, inputs, fits, fc.boolean(), (first, to, fit, invert) => {
        const second = { ...first, data: first.data.map((value) => (7 * value + 3) & 255) };
        const prepare = preprocessor({ from: first, to, fit, invert });
        const outputs = [first, second, first].map((image) => {
          const output = prepare.run(image);
          expect(output).toEqual(preprocess(image, { to, fit, invert }));
          return output;
        });
        expect(new Set(outputs).size).toBe(1);
      }),
    );
  });

  test('a frame of another shape is refused', () => {
    const prepare = preprocessor({
      from: { width: 4, height: 2, channels: 4 },
      to: { height: 2, width: 2, channels: 1 },
    });
    for (const image of [
      { width: 2, height: 4, data: new Uint8Array(32) },
      { width: 4, height: 2, data: new Uint8Array(24) },
      { width: 4, height: 2, data: new Uint16Array(32) as unknown as Uint8Array },
      { width: 4, height: 2, data: undefined as unknown as Uint8Array },
    ]) {
      expect(codeOf(() => prepare.run(image))).toBe('wrong-image-size');
    }
  });
});

describe('wrong arguments', () => {
  const to = { height: 2, width: 2, channels: 1 };

  test('pixels of the wrong size or type', () => {
    for (const image of [
      undefined,
      { width: 0, height: 2, data: new Uint8Array() },
      { width: 2.5, height: 2, data: new Uint8Array(5) },
      { width: -1, height: -1, data: new Uint8Array(1) },
      { width: 2, height: 2, data: new Uint8Array(8) },
      { width: 2, height: 2, data: new Uint8Array(5) },
      { width: 2, height: 2, data: [1, 2, 3, 4] },
      { width: 1e9, height: 1e9, data: new Uint8Array(4) },
      { width: 32769, height: 1, data: new Uint8Array(32769) },
      { width: Number.NaN, height: 1, data: new Uint8Array(1) },
    ]) {
      expect(thrown(() => preprocess(image as Pixels, { to }))).toBeInstanceOf(ImageError);
    }
    expect(thrown(() => preprocess({ width: 2, height: 2, data: new Uint8Array(5) }, { to }))).toMatchObject({
      code: 'wrong-image-size',
      received: 5,
      expected: [4, 12, 16],
    });
    const gray = { width: 2, height: 2, data: new Uint8Array(4) };
    expect(codeOf(() => preprocess({ ...gray, channels: 3 }, { to }))).toBe('wrong-image-size');
    expect(preprocess({ ...gray, channels: 1 }, { to })).toEqual(preprocess(gray, { to }));
  });

  test('a wrong shape of frames', () => {
    const from = { width: 2, height: 2, channels: 2 as 3 };
    expect(codeOf(() => preprocessor({ from, to }))).toBe('wrong-image-size');
    const wide = { ...from, channels: 3 as const, width: 1e6 };
    expect(codeOf(() => preprocessor({ from: wide, to }))).toBe('image-too-large');
  });

  test('the shape of an input in place of the options, or none', () => {
    const image = { width: 2, height: 2, data: new Uint8Array(4) };
    for (const options of [to, {}, undefined])
      expect(thrown(() => preprocess(image, options as never))).toMatchObject({
        name: 'UsageError',
        code: 'invalid-input-shape',
      });
  });

  test('an input that pixels cannot become', () => {
    const image = { width: 2, height: 2, data: new Uint8Array(4) };
    for (const wrong of [
      { ...to, channels: 2 },
      { ...to, height: 0 },
      { ...to, width: 1.5 },
      { ...to, height: 65536 },
      { height: 60000, width: 60000, channels: 3 },
    ]) {
      const error = thrown(() => preprocess(image, { to: wrong }));
      expect(error).toBeInstanceOf(UsageError);
      expect(error.code).toBe('invalid-input-shape');
    }
  });
});
