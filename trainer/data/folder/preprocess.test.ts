/** Compares the preprocessing of pixels in an application (sdk/preprocess) with that of files in training. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preprocess } from '@bd-edge/sdk';
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

/** Preprocesses the same pixels in both ways. */
async function bothWays(
  image: { width: number; height: number; data: Uint8Array },
  to: { height: number; width: number; channels: number },
): Promise<{ ours: Uint8Array; trained: Uint8Array; largest: number; mean: number }> {
  const sharp = await loadSharp();
  const { width, height, data } = image;
  const file = join(folder, `${width}x${height}.png`);
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(file);
  const trained = await decodeImage(sharp, file, to, { kind: 'cover' });
  const ours = preprocess(image, { to });
  const differences = Array.from(ours, (value, i) => Math.abs(value - trained[i]));
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  return { ours, trained, largest: Math.max(...differences), mean };
}

test("at the network's size, colors are equal, and gray differs by at most 1", async () => {
  const image = { width: 40, height: 30, data: waves(40, 30, 1) };
  expect((await bothWays(image, { height: 30, width: 40, channels: 3 })).largest).toBe(0);
  expect((await bothWays(image, { height: 30, width: 40, channels: 1 })).largest).toBeLessThanOrEqual(1);
});

test('scaled down in the same proportions, the filters differ little', async () => {
  for (const size of [640, 300, 65]) {
    const image = { width: size, height: size, data: waves(size, size, size) };
    for (const channels of [1, 3]) {
      const { largest, mean } = await bothWays(image, { height: 32, width: 32, channels });
      expect({ size, channels, largest, mean, close: largest <= 4 && mean <= 1 }).toMatchObject({
        close: true,
      });
    }
  }
});

test('cropped or scaled up, both are less than a pixel apart', async () => {
  for (const [width, height] of [
    [640, 480],
    [480, 640],
    [333, 217],
    [65, 64],
    [20, 20],
  ]) {
    const image = { width, height, data: waves(width, height, width) };
    const { ours, trained } = await bothWays(image, { height: 32, width: 32, channels: 1 });
    trained.forEach((value, i) => {
      const [x, y] = [i % 32, Math.floor(i / 32)];
      const around = [-1, 0, 1].flatMap((down) =>
        [-1, 0, 1].map((right) => ours[32 * clamp(y + down) + clamp(x + right)]),
      );
      expect(value).toBeGreaterThanOrEqual(Math.min(...around) - 5);
      expect(value).toBeLessThanOrEqual(Math.max(...around) + 5);
    });
  }
});

function clamp(at: number): number {
  return Math.min(31, Math.max(0, at));
}
