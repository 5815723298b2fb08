/** Statistics of a set of images: the size of each class, and the brightness. */
import type { ImageSet } from './dataset.js';

export interface ImageStatistics {
  count: number;
  height: number;
  width: number;
  channels: number;
  /** Number of images of each class. */
  perClass: number[];
  /** Mean of each channel over all pixels, 0..255. */
  mean: number[];
  /** Standard deviation of each channel over all pixels. */
  deviation: number[];
}

/** Computes statistics from histograms of byte values, so that the sums are exact. */
export function statisticsOf(set: ImageSet, classes: number): ImageStatistics {
  const { count, height, width, channels, images, labels } = set;
  const perClass = new Array<number>(classes).fill(0);
  for (const label of labels) perClass[label]++;
  const histograms = Array.from({ length: channels }, () => new Float64Array(256));
  for (let i = 0; i < images.length; ) for (let c = 0; c < channels; c++, i++) histograms[c][images[i]]++;

  const pixels = count * height * width;
  const mean = histograms.map((values) => values.reduce((sum, n, value) => sum + n * value, 0) / pixels);
  const deviation = histograms.map((values, c) =>
    Math.sqrt(values.reduce((sum, n, value) => sum + n * (value - mean[c]) ** 2, 0) / pixels),
  );
  return { count, height, width, channels, perClass, mean, deviation };
}
