import { expect, test } from 'vitest';
import { ClassCounts, MAX_MATRIX_CLASSES } from './class-statistics.js';
import { classTable } from './class-table.js';

const nameOf = (label: number) => `class ${label}`;

test('precision divides by predictions, recall by images; each is null where that number is 0', () => {
  const counts = new ClassCounts(4);
  for (const [label, prediction] of [
    [0, 0],
    [0, 0],
    [0, 1],
    [1, 1],
    [2, 1],
  ])
    counts.add(label, prediction);
  expect(counts.confusion).toEqual([
    [2, 1, 0, 0],
    [0, 1, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 0, 0],
  ]);
  expect(counts.statistics(nameOf)).toEqual([
    { className: 'class 0', images: 3, precision: 1, recall: 2 / 3 },
    { className: 'class 1', images: 1, precision: 1 / 3, recall: 1 },
    { className: 'class 2', images: 1, precision: null, recall: 0 },
    { className: 'class 3', images: 0, precision: null, recall: null },
  ]);
  const table = classTable(counts.statistics(nameOf));
  expect(table).toContain('66.67 %');
  expect(table).not.toContain('class 3');
});

test('a model with a large number of outputs needs no matrix', () => {
  const counts = new ClassCounts(MAX_MATRIX_CLASSES + 60_000);
  counts.add(5, 60_000);
  expect(counts.confusion).toBeNull();
  expect(counts.statistics(nameOf).map(({ className, recall }) => [className, recall])).toEqual([
    ['class 5', 0],
    ['class 60000', null],
  ]);
});

test('of many classes, the table has the worst', () => {
  const counts = new ClassCounts(40);
  for (let label = 0; label < 40; label++) {
    counts.add(label, label);
    if (label >= 30) counts.add(label, 0);
  }
  const lines = classTable(counts.statistics(nameOf)).split('\n');
  expect(lines[0]).toContain('10 of 40 classes');
  expect(lines).toHaveLength(12);
  expect(lines.slice(2).every((line) => /class 3\d/.test(line))).toBe(true);
});
