import { percent, table } from '../terminal/output.js';
import type { ClassStatistics } from './class-statistics.js';

/** With more classes, only those with the lowest recall are in the table. */
const MAX_CLASSES = 30;
const WORST = 10;

/** Formats precision and recall of each class that has images or predictions. */
export function classTable(statistics: readonly ClassStatistics[]): string {
  const present = statistics.filter(({ images, precision }) => images > 0 || precision !== null);
  const share = (value: number | null) => (value === null ? '-' : percent(value));
  const rows = (some: readonly ClassStatistics[]) =>
    table(
      ['class', 'images', 'precision', 'recall'],
      some.map(({ className, images, precision, recall }) => [
        className,
        images,
        share(precision),
        share(recall),
      ]),
    );
  if (present.length <= MAX_CLASSES) return rows(present);
  const worst = present.toSorted((a, b) => (a.recall ?? 1) - (b.recall ?? 1)).slice(0, WORST);
  return `the ${WORST} of ${present.length} classes with the lowest recall:\n${rows(worst)}`;
}
