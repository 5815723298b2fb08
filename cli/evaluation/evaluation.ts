/** What `eval` and `check` share: counting, and the table, list and report of wrong images. */
import { argmax, rankClasses } from '@bd-edge/sdk/internal';
import type { ImageSet } from '@bd-edge/trainer';
import type { WrongPicture } from '@bd-edge/trainer/internal';
import { counted, percent, print } from '../terminal/output.js';
import { loadTrainer } from '../trainer.js';
import { writeOutput } from '../write-output.js';
import { ClassCounts, type ClassStatistics } from './class-statistics.js';
import { classTable } from './class-table.js';
import { formatWrong } from './wrong-images.js';

/** The options that write files about wrong images. */
export interface WrongFlags {
  wrong?: string;
  report?: string;
}

interface ImageName {
  index: number;
  file?: string;
  label: number;
}

/** Counts the predictions of labeled images, and collects those that are wrong. */
export class Evaluation {
  private readonly counts: ClassCounts;
  readonly wrong: WrongPicture[] = [];
  images = 0;
  correct = 0;

  constructor(
    private readonly classNames: readonly string[],
    classes: number,
    private readonly outputScale: number,
  ) {
    this.counts = new ClassCounts(Math.max(classes, classNames.length));
  }

  get accuracy(): number | null {
    return this.images === 0 ? null : this.correct / this.images;
  }

  get perClass(): ClassStatistics[] {
    return this.counts.statistics((label) => this.nameOf(label));
  }

  /** `confusion[correct][predicted]`; null with too many classes. */
  get confusion(): number[][] | null {
    return this.counts.confusion;
  }

  /** The name of each class; null with too many. */
  get names(): string[] | null {
    return this.confusion?.map((_, label) => this.nameOf(label)) ?? null;
  }

  nameOf(label: number): string {
    return this.classNames[label] ?? String(label);
  }

  /** @param predicted the class. Default: that of the largest logit */
  add({ index, file, label }: ImageName, logits: Int32Array, predicted = argmax(logits)): void {
    this.images++;
    this.counts.add(label, predicted);
    if (predicted === label) {
      this.correct++;
      return;
    }
    const scores = rankClasses(logits, this.outputScale);
    const scoreOf = (wanted: number) => scores.find(({ classIndex }) => classIndex === wanted)?.score ?? 0;
    this.wrong.push({
      index,
      ...(file !== undefined && { file }),
      className: this.nameOf(label),
      predicted: this.nameOf(predicted),
      score: scoreOf(predicted),
      classScore: scoreOf(label),
    });
  }

  /** Prints precision and recall of each class. */
  printClasses(): void {
    if (this.images > 0) print(`\n${classTable(this.perClass)}`);
  }

  /** Writes the files of `--wrong` and `--report`, and prints their names unless `quiet`. */
  async write(
    { wrong: file, report }: WrongFlags,
    images: ImageSet,
    facts: { title: string; facts: Record<string, string> },
    quiet = false,
  ): Promise<void> {
    const wrong = this.wrong.toSorted((a, b) => a.index - b.index);
    const say = quiet ? () => {} : print;
    if (file !== undefined) {
      await writeOutput(file, formatWrong(file, wrong));
      say(`${counted(wrong.length, 'wrong image')}: ${file}`);
    }
    if (report === undefined) return;
    const { renderEvaluation } = await loadTrainer();
    const accuracy = this.accuracy === null ? 'none' : percent(this.accuracy);
    const html = await renderEvaluation({
      title: facts.title,
      facts: { ...facts.facts, accuracy },
      classNames: this.names ?? [],
      ...{ confusion: this.confusion ?? [], wrong, images },
    });
    await writeOutput(report, html);
    say(`report: ${report}`);
  }
}
