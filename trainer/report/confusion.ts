/** The confusion matrix as a picture, and precision and recall of each class. */
import { confusionChart } from './charts.js';
import { table } from './html.js';

/** With more classes, there is a list of the most frequent confusions instead of the matrix. */
const MAX_MATRIX_CLASSES = 30;
const MAX_CONFUSIONS = 30;

type Matrix = readonly (readonly number[])[];

const nameOf = (classNames: readonly string[], label: number) => classNames[label] ?? String(label);

/** Renders `matrix[label][prediction]`. */
export async function confusionSection(matrix: Matrix, classNames: readonly string[]): Promise<string> {
  if (matrix.length === 0) return '<p>There are too many classes for a matrix.</p>';
  const classes = classTable(matrix, classNames);
  if (matrix.length <= MAX_MATRIX_CLASSES) {
    const names = matrix.map((_, label) => nameOf(classNames, label));
    return `<div class="wide">${await confusionChart(matrix, names)}</div>${classes}`;
  }
  const cells = matrix.flatMap((row, label) =>
    row.map((count, other) => ({ label, other, count })).filter((cell) => cell.label !== cell.other),
  );
  const most = cells.sort((a, b) => b.count - a.count).slice(0, MAX_CONFUSIONS);
  const confusions = table(
    ['class', 'predicted as', 'images'],
    most.map(({ label, other, count }) => [
      nameOf(classNames, label),
      nameOf(classNames, other),
      String(count),
    ]),
  );
  return `${confusions}<details><summary>all classes</summary>${classes}</details>`;
}

function classTable(matrix: Matrix, classNames: readonly string[]): string {
  const share = (part: number, all: number) => (all === 0 ? '' : `${((100 * part) / all).toFixed(2)} %`);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const rows = matrix.map((row, label) => {
    const predicted = sum(matrix.map((other) => other[label] ?? 0));
    const [images, correct] = [sum(row), row[label] ?? 0];
    return [
      nameOf(classNames, label),
      images.toLocaleString('en-US'),
      share(correct, predicted),
      share(correct, images),
    ];
  });
  return table(['class', 'images', 'precision', 'recall'], rows);
}
