/**
 * Random samples of labeled images with the classes in proportion. Test images are often sorted by class, so that the
 * first of them are of one class, and their accuracy says nothing about the others.
 */
import { Mulberry32 } from './random.js';

/**
 * Draws images, with the classes in the same proportions.
 *
 * @param labels the class index of each image
 * @param count the number of images to draw. With all of them or more, none is left out
 * @returns the indices of the drawn images in ascending order; the same seed gives the same images
 */
export function sampleIndices(labels: ArrayLike<number>, count: number, seed: number): number[] {
  const indices = Array.from({ length: labels.length }, (_, i) => i);
  if (count >= labels.length) return indices;
  // Not the sequence of a split of the same images with the same seed.
  const drawn = stratified(labels, count, new Mulberry32(new Mulberry32(seed).seed()));
  return indices.filter((i) => drawn[i]);
}

/**
 * Sorts the images by class, shuffled within each class, and takes every (size / count)-th. Each class then contributes
 * its share, rounded up or down.
 *
 * @param count 0 <= count <= labels.length
 * @returns 1 for each image that is taken
 */
export function stratified(labels: ArrayLike<number>, count: number, random: Mulberry32): Uint8Array {
  const order = random.shuffle(Uint32Array.from({ length: labels.length }, (_, i) => i));
  const byClass = Array.from(order).sort((a, b) => labels[a] - labels[b]);
  const taken = new Uint8Array(labels.length);
  for (let k = 0; k < count; k++) taken[byClass[Math.floor((k * labels.length) / count)]] = 1;
  return taken;
}
