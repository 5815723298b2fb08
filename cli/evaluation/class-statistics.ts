/** How well each class is recognized. */
export interface ClassStatistics {
  className: string;
  /** The number of images of the class. */
  images: number;
  /** Correct predictions of this class divided by all predictions of it; null without predictions. */
  precision: number | null;
  /** Correct predictions of this class divided by the images of it; null without images. */
  recall: number | null;
}

/** The limit of classes for a confusion matrix, whose size is the square of their number. */
export const MAX_MATRIX_CLASSES = 2000;

/** Counts predictions by class. */
export class ClassCounts {
  /** `confusion[correct][predicted]`; null with too many classes. */
  readonly confusion: number[][] | null;
  private readonly images: Uint32Array;
  private readonly predicted: Uint32Array;
  private readonly correct: Uint32Array;

  constructor(readonly classes: number) {
    [this.images, this.predicted, this.correct] = [0, 0, 0].map(() => new Uint32Array(classes)) as [
      Uint32Array,
      Uint32Array,
      Uint32Array,
    ];
    this.confusion =
      classes > MAX_MATRIX_CLASSES
        ? null
        : Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  }

  add(label: number, prediction: number): void {
    this.images[label]++;
    this.predicted[prediction]++;
    if (label === prediction) this.correct[label]++;
    if (this.confusion) this.confusion[label][prediction]++;
  }

  /** Returns the statistics of all classes; with too many, of those that have images or predictions. */
  statistics(nameOf: (label: number) => string): ClassStatistics[] {
    const labels = Array.from(this.images.keys()).filter(
      (label) => this.confusion !== null || this.images[label] + this.predicted[label] > 0,
    );
    return labels.map((label) => {
      const [images, predicted, correct] = [this.images[label], this.predicted[label], this.correct[label]];
      return {
        className: nameOf(label),
        images,
        precision: predicted === 0 ? null : correct / predicted,
        recall: images === 0 ? null : correct / images,
      };
    });
  }
}
