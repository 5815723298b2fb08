// Writes the tables of docs/why-binary.md, and docs/why-binary.svg, from docs/why-binary.json.
//
// A table stands between `<!-- table: TASK -->` and `<!-- end of table -->`, and is replaced.
//
//     node scripts/why-binary.mjs docs
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wilsonInterval } from '@bd-edge/host/internal';
import { drawChart } from '@bd-edge/trainer/internal';

const TEST_IMAGES = 10_000;
const TABLE = /(<!-- table: ([^>]+) -->\n)[^]*?(<!-- end of table -->)/g;

const folder = process.argv[2];
const page = join(folder, 'why-binary.md');
const { tasks } = JSON.parse(readFileSync(join(folder, 'why-binary.json'), 'utf8'));
const rowsOf = new Map(tasks.map(({ task, rows }) => [task, rows]));
writeFileSync(
  page,
  readFileSync(page, 'utf8').replace(
    TABLE,
    (_, start, task, end) => `${start}${table(rowsOf.get(task))}${end}`,
  ),
);
writeFileSync(join(folder, 'why-binary.svg'), await chart());

/** Returns a table in Markdown. A number that is not known yet is TODO. */
function table(rows) {
  const head = [
    'network',
    'weights',
    'runtime',
    'accuracy, 95 % interval',
    'flash',
    'RAM',
    'Pico, ms',
    'M7, ms',
  ];
  const lines = rows.map((row) => [
    row.apart ? `${row.name} *` : row.name,
    row.weights,
    row.runtime,
    known(row.correct, accuracy),
    ...[row.flash, row.ram].map((bytes) => known(bytes, (n) => n.toLocaleString('en-US'))),
    ...[row.pico, row.m7].map((ms) => known(ms, (n) => n.toLocaleString('en-US'))),
  ]);
  return [head, head.map(() => '---'), ...lines].map((line) => `| ${line.join(' | ')} |\n`).join('');
}

function known(value, text) {
  return value === null ? 'TODO' : text(value);
}

function accuracy(correct) {
  const [low, high] = wilsonInterval(correct, TEST_IMAGES).map((share) => (100 * share).toFixed(2));
  return `${((100 * correct) / TEST_IMAGES).toFixed(2)} % (${low} .. ${high})`;
}

/** Draws errors against the time on the Pico, a panel for each task, both logarithmic. */
function chart() {
  const panels = tasks.map(({ task, rows }) => ({
    ...{ width: 300, height: 200, title: `${task}: errors in %, ms on a Pico` },
    data: {
      values: rows
        .filter(({ correct, pico }) => correct !== null && pico !== null)
        .map(({ name, weights, correct, pico, flash }) => ({
          ...{ name, weights, ms: pico, flash: flash / 1024 },
          errors: 100 - (100 * correct) / TEST_IMAGES,
        })),
    },
    encoding: { x: logarithmic('ms'), y: logarithmic('errors') },
    layer: [
      {
        mark: { type: 'point', filled: true, opacity: 0.8 },
        encoding: {
          color: {
            ...{ field: 'weights', type: 'nominal', sort: ['1 bit', 'int8', '2 to 4 bits'] },
            legend: { symbolType: 'circle', symbolStrokeWidth: 0, symbolFillColor: null },
          },
          size: {
            ...{ field: 'flash', type: 'quantitative', title: 'flash, KB' },
            legend: { symbolType: 'circle', symbolFillColor: 'currentColor', values: [16, 32, 64, 128] },
          },
        },
      },
      {
        mark: { type: 'text', align: 'left', dx: 9, fontSize: 9, fill: 'currentColor' },
        encoding: { text: { field: 'name' } },
      },
    ],
  }));
  return drawChart({ concat: panels, columns: 2 });
}

function logarithmic(field) {
  return { field, type: 'quantitative', title: null, scale: { type: 'log', nice: false, padding: 30 } };
}
