/** The test of a network as one self-contained HTML page, without scripts, external fonts or external pictures. */
import type { ImageSet } from '../data/index.js';
import { confusionSection } from './confusion.js';
import { gallerySection, type WrongPicture } from './gallery.js';
import { table } from './html.js';
import { page, section } from './page.js';

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

/** Renders the confusion matrix, the classes, and the wrong images with their scores, the most certain first. */
export async function renderEvaluation(report: EvaluationReport): Promise<string> {
  const { title, facts, classNames, confusion, wrong, images } = report;
  return page(title, [
    table(['', ''], Object.entries(facts)),
    section(
      'Confusion matrix: classes in rows, predictions in columns',
      await confusionSection(confusion, classNames),
    ),
    await gallerySection(wrong, images),
  ]);
}
