/** The test of a network as one self-contained HTML page, without scripts, external fonts or external pictures. */
import type { ImageSet } from '../data/index.js';
import { confusionSection } from './confusion.js';
import { escape, table } from './html.js';
import { page, section } from './page.js';
import { encodePng } from './png.js';

/** An image whose class was not recognized. */
export interface WrongPicture {
  /** The index of the image in its set. */
  index: number;
  file?: string;
  className: string;
  predicted: string;
  /** The score of the predicted class, 0..1. */
  score: number;
  /** The score of the correct class, 0..1. */
  classScore: number;
}

export interface EvaluationReport {
  title: string;
  /** Lines above the charts, such as data and accuracy. */
  facts: Record<string, string>;
  classNames: readonly string[];
  /** `confusion[correct][predicted]` */
  confusion: readonly (readonly number[])[];
  wrong: readonly WrongPicture[];
  images: ImageSet;
}

const MAX_PICTURES = 120;

/** Renders the confusion matrix, the classes, and the wrong images with their scores, the most certain first. */
export async function renderEvaluation(report: EvaluationReport): Promise<string> {
  const { title, facts, classNames, confusion, wrong, images } = report;
  const shown = wrong.toSorted((a, b) => b.score - a.score).slice(0, MAX_PICTURES);
  const count = shown.length < wrong.length ? `${shown.length} of ${wrong.length}` : String(wrong.length);
  return page(title, [
    table(['', ''], Object.entries(facts)),
    section(
      'Confusion matrix: classes in rows, predictions in columns',
      await confusionSection(confusion, classNames),
    ),
    section(
      `Wrong images (${count}), the most certain first`,
      `<div class="gallery">${shown.map((picture) => figure(picture, images)).join('')}</div>`,
    ),
  ]);
}

function figure(
  { index, file, className, predicted, score, classScore }: WrongPicture,
  set: ImageSet,
): string {
  const bytes = set.height * set.width * set.channels;
  const png = encodePng(set.images.subarray(index * bytes, (index + 1) * bytes), set);
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const name = file ?? `image ${index}`;
  return (
    `<figure title="${escape(name)}"><img alt="${escape(name)}" src="data:image/png;base64,${png.toString('base64')}">` +
    `<figcaption>${escape(className)} (${percent(classScore)})<br>predicted ${escape(predicted)} (${percent(score)})</figcaption></figure>`
  );
}
