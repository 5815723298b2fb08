/** How well each class is recognized. */
export interface ClassStatistics {
  className: string;
  /** The number of images of the class. */
  images: number;
  /** The share of the images predicted as this class that are of it; null if there are none. */
  precision: number | null;
  /** The share of the images of this class that are predicted as it; null if there are none. */
  recall: number | null;
}

/** A matrix of zeros for `confusion[correct][predicted]`. */
export function emptyConfusion(classes: number): number[][] {
  return Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
}

/** Computes precision and recall of each class from `confusion[correct][predicted]`. */
export function classStatistics(
  confusion: readonly (readonly number[])[],
  classNames: readonly string[],
): ClassStatistics[] {
  return confusion.map((row, label) => {
    const images = sum(row);
    const predicted = sum(confusion.map((other) => other[label] ?? 0));
    const correct = row[label] ?? 0;
    return {
      className: classNames[label] ?? String(label),
      images,
      precision: predicted === 0 ? null : correct / predicted,
      recall: images === 0 ? null : correct / images,
    };
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
