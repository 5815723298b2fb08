/**
 * Compares a whole network of ours with a peer's model file: both accuracies on the same test images, and both times on
 * one thread, in the same process or page.
 *
 *     npm run bench -- --peer resnet8.onnx --model models/cifar10-98k/model.bdm --data cifar10-jpeg
 *
 * An .onnx file runs in ONNX Runtime, native and in WebAssembly, in Node; a .tflite file runs in LiteRT.js in Chromium.
 */
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { parseModel } from '@bd-edge/sdk';

/**
 * How a peer's input is made from pixels 0..255. `raw` fits a network whose int8 input has the zero point -128, or whose
 * float input has no scale.
 */
export const PIXELS = {
  raw: { float32: (pixel) => pixel, uint8: (pixel) => pixel, int8: (pixel) => pixel - 128 },
  '0..1': { float32: (pixel) => pixel / 255 },
  '-1..1': { float32: (pixel) => pixel / 127.5 - 1 },
};

/**
 * @param {{ peer: string, model: string, data: string, pixels?: keyof typeof PIXELS, limit?: number,
 *   effort: { rounds: number, roundMs: number, warmUpMs: number } }} task paths of the two files; `data` as in
 *   `bd-edge eval --data`; `limit` images, from all classes, or all
 * @param {(message: string) => void} say called for a peer that is not installed
 * @returns {Promise<{ where: string, rows: { lane: string, correct: number, images: number, ms: number }[] }>} where it
 *   ran, and the accuracy and milliseconds an image of each lane, ours first
 */
export async function compareWithPeer({ peer, model, data, pixels = 'raw', limit, effort }, say) {
  const bytes = new Uint8Array(readFileSync(model));
  const images = await testImages(parseModel(bytes).input, data, limit);
  const work = { bytes, peer: new Uint8Array(readFileSync(peer)), pixels, images, effort };
  const kind = extname(peer);
  if (kind === '.onnx') return (await import('./in-node.mjs')).compareInNode(work, say);
  if (kind === '.tflite') return (await import('./in-page.mjs')).compareInPage(work);
  throw new Error(`${peer} is neither an .onnx nor a .tflite file`);
}

/** Loads the test images of a dataset, `limit` of them evenly spread, since a folder's images lie class by class. */
async function testImages(shape, data, limit) {
  const { loadDataset } = await import('@bd-edge/trainer');
  const { test } = await loadDataset(data, shape);
  const size = test.height * test.width * test.channels;
  const count = Math.min(limit ?? test.count, test.count);
  const pixels = new Uint8Array(count * size);
  const labels = new Uint16Array(count);
  for (let i = 0; i < count; i++) {
    const index = Math.floor((i * test.count) / count);
    pixels.set(test.images.subarray(index * size, (index + 1) * size), i * size);
    labels[i] = test.labels[index];
  }
  return { pixels, labels, size, shape };
}

/** Returns the index of the largest value. */
export function largest(values) {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** Counts the images whose largest logit is that of their label. `logitsOf(i)` runs image i. */
export async function countCorrect(labels, logitsOf) {
  let correct = 0;
  for (let i = 0; i < labels.length; i++) if (largest(await logitsOf(i)) === labels[i]) correct++;
  return correct;
}
