import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { codeOf } from '../testing/throws.js';
import { type PixelSource, pixelReader } from './pixel-reader.js';

/** The used part of a canvas; it records the calls. */
class FakeCanvas {
  static made: FakeCanvas[] = [];
  readonly calls: string[] = [];
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    FakeCanvas.made.push(this);
  }
  getContext() {
    const note =
      (name: string) =>
      (...args: unknown[]) => {
        this.calls.push(`${name} ${args.filter((arg) => typeof arg === 'number')}`);
        return {
          width: this.width,
          height: this.height,
          data: new Uint8ClampedArray(4 * this.width * this.height),
        };
      };
    return {
      clearRect: note('clear'),
      drawImage: (source: { tainted?: boolean }, ...rest: number[]) => {
        if (source.tainted) throw new DOMException('The canvas has been tainted.', 'SecurityError');
        note('draw')(...rest);
      },
      getImageData: note('get'),
    };
  }
}

const source = (of: object) => of as unknown as PixelSource;

beforeEach(() => {
  FakeCanvas.made = [];
  vi.stubGlobal('OffscreenCanvas', FakeCanvas);
});
afterEach(() => vi.unstubAllGlobals());

test('an image is drawn at its own size on a cleared canvas, which the next image uses again', () => {
  const read = pixelReader();
  const sources = [
    { width: 3, height: 2 },
    { videoWidth: 3, videoHeight: 2, width: 640, height: 480 },
    { naturalWidth: 3, naturalHeight: 2, width: 64, height: 48 },
    { displayWidth: 3, displayHeight: 2, codedWidth: 16, codedHeight: 16 },
  ];
  for (const picture of sources) expect(read(source(picture))).toMatchObject({ width: 3, height: 2 });
  expect(FakeCanvas.made).toHaveLength(1);
  const once = ['clear 0,0,3,2', 'draw 0,0,3,2', 'get 0,0,3,2'];
  expect(FakeCanvas.made[0].calls).toEqual([...once, ...once, ...once, ...once]);
  read(source({ width: 5, height: 2 }));
  expect(FakeCanvas.made).toHaveLength(2);
});

test('an empty, a huge and a forbidden image have different codes', () => {
  const read = pixelReader();
  expect(codeOf(() => read(source({ videoWidth: 0, videoHeight: 0 })))).toBe('empty-image');
  expect(codeOf(() => read(source({ width: 0, height: 0 })))).toBe('empty-image');
  expect(codeOf(() => read(source({ width: 100000, height: 1 })))).toBe('image-too-large');
  expect(codeOf(() => read(source({ width: 1, height: 1, tainted: true })))).toBe('unreadable-image');
  expect(read(source({ width: 1, height: 1 })).width, 'it works after an error').toBe(1);
});

test('a runtime without a canvas', () => {
  vi.unstubAllGlobals();
  expect(codeOf(() => pixelReader())).toBe('no-canvas');
});
