/** The bytes that a network is trained and tested on are those that `preprocess` makes of a picture in a program. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Pixels, type Preparation, preprocess } from '@bd-edge/sdk';
import type { Sharp } from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { Random } from '../../numbers/random.js';
import { decodeImage, loadSharp } from './decode.js';

const folder = mkdtempSync(join(tmpdir(), 'bd-edge-preprocess-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Smooth waves of color, similar to photographs. */
function waves(width: number, height: number, seed: number): Uint8Array {
  const random = new Random(seed);
  const parts = Array.from({ length: 12 }, () => [8 * random.next(), 8 * random.next(), 6.3 * random.next()]);
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y] = [(Math.floor(i / 3) % width) / width, Math.floor(i / 3 / width) / height];
    const own = parts.slice(4 * (i % 3), 4 * (i % 3) + 4);
    return (
      128 + 31 * own.reduce((sum, [across, down, phase]) => sum + Math.sin(across * x + down * y + phase), 0)
    );
  });
}

const SIZES: [number, number][] = [
  [40, 30],
  [640, 640],
  [65, 65],
  [640, 480],
  [480, 640],
  [333, 217],
  [20, 20],
  [1, 90],
];
const PREPARATIONS: Preparation[] = [
  {},
  { centerShare: 7 / 8 },
  { fit: 'contain', invert: true },
  { fit: 'fill' },
];

test.each(SIZES)('a picture of %i x %i pixels', async (width, height) => {
  const sharp = await loadSharp();
  const image = { width, height, data: waves(width, height, width) };
  const file = join(folder, `${width}x${height}.png`);
  await sharp(image.data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(file);
  for (const preparation of PREPARATIONS) {
    for (const channels of [1, 3]) {
      const to = { height: 30, width: 40, channels };
      const trained = await decodeImage(sharp, file, to, { kind: 'prepared', preparation });
      expect(trained).toEqual(preprocess(image, { to: { ...to, preparation } }));
    }
  }
});

/** The program of docs/own-images.md. */
async function decodedInProgram(file: string): Promise<Pixels> {
  const sharp = await loadSharp();
  const decoded = sharp(file).rotate().toColorspace('srgb').raw();
  const { data, info } = await decoded.toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

test.each<[string, (image: Sharp) => Sharp]>([
  ['rotated.jpg', (image) => image.withMetadata({ orientation: 8 }).jpeg()],
  ['cmyk.jpg', (image) => image.toColorspace('cmyk').jpeg()],
  ['gray.jpg', (image) => image.grayscale().jpeg()],
  ['alpha.png', (image) => image.ensureAlpha(0.6).png()],
  ['gray-alpha.png', (image) => image.grayscale().ensureAlpha(0.3).png()],
  ['palette.png', (image) => image.png({ palette: true, colors: 5 })],
  ['16-bit.png', (image) => image.toColorspace('rgb16').png()],
  ['lossy.webp', (image) => image.webp()],
])('%s', async (name, encode) => {
  const sharp = await loadSharp();
  const raw = { width: 90, height: 70, channels: 3 } as const;
  const file = join(folder, name);
  await encode(sharp(waves(90, 70, 5), { raw })).toFile(file);
  for (const channels of [1, 3]) {
    const to = { height: 28, width: 28, channels };
    const trained = await decodeImage(sharp, file, to, { kind: 'cover' });
    expect(trained).toEqual(preprocess(await decodedInProgram(file), { to }));
  }
});
