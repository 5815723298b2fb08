/** Wrong images with their classes and scores, as pictures inside the page. */
import { batchesOf, type Images, subset } from '../data/index.js';
import { MAX_WRONG } from '../training/wrong-images.js';
import { escape } from './html.js';
import { section } from './page.js';
import { encodePng } from './png.js';

/** An image whose class was not recognized. */
export interface WrongPicture {
  /** The index of the image in its set, from 0. */
  index: number;
  /** Its file, if it has one. */
  file?: string;
  className: string;
  predicted: string;
  /** The score of the predicted class, 0..1. */
  score: number;
  /** The score of the correct class, 0..1. */
  classScore: number;
}

/**
 * Renders the wrong images with their scores, the most certain first.
 *
 * @param count the number of all wrong images. Default: those that are given
 */
export async function gallerySection(
  wrong: readonly WrongPicture[],
  images: Images,
  count = wrong.length,
): Promise<string> {
  const shown = wrong.toSorted((a, b) => b.score - a.score).slice(0, MAX_WRONG);
  const figures: string[] = [];
  const chosen = subset<Images>(
    images,
    shown.map(({ index }) => index),
  );
  for await (const { pixels } of batchesOf(chosen, Math.max(1, shown.length))) {
    const bytes = images.height * images.width * images.channels;
    for (const [i, picture] of shown.entries())
      figures.push(
        figure(picture, encodePng(Uint8Array.from(pixels.subarray(i * bytes, (i + 1) * bytes)), images)),
      );
  }
  const of = shown.length < count ? `${shown.length} of ${count}` : String(count);
  return section(
    `Wrong images (${of}), the most certain first`,
    `<div class="gallery">${figures.join('')}</div>`,
  );
}

function figure({ index, file, className, predicted, score, classScore }: WrongPicture, png: Buffer): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const name = file === undefined ? `image ${index}` : nameOf(file);
  return (
    `<figure title="${escape(name)}"><img alt="${escape(name)}" src="data:image/png;base64,${png.toString('base64')}">` +
    `<figcaption>${escape(className)} (${percent(classScore)})<br>predicted ${escape(predicted)} (${percent(score)})</figcaption></figure>`
  );
}

/** Returns the folder and the name of a file: a report that is passed on does not tell where the pictures were. */
function nameOf(file: string): string {
  return file.split(/[\\/]/).slice(-2).join('/');
}
