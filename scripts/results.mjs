// Writes the tables of docs/results.md, and docs/results.svg, from the comparisons in docs/results/, which
// `bd-edge compare` wrote.
//
// A table stands between `<!-- table: NAME.json -->` and `<!-- end of table -->`, and is replaced.
//
//     npm run results             writes
//     npm run results -- --check  ends with exit code 1 if it would change anything
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { comparisonMarkdown, readComparison } from '@bd-edge/trainer';
import { plotComparisons } from '@bd-edge/trainer/internal';

const page = new URL('../docs/results.md', import.meta.url);
const picture = new URL('../docs/results.svg', import.meta.url);
const TABLE = /(<!-- table: ([\w.-]+) -->\n)[^]*?(<!-- end of table -->)/g;

const before = readFileSync(page, 'utf8');
const comparisons = new Map();
for (const [, , name] of before.matchAll(TABLE)) {
  const comparison = await readComparison(fileURLToPath(new URL(`results/${name}`, page)));
  if (!comparison) throw new Error(`docs/results.md names docs/results/${name}, which does not exist.`);
  comparisons.set(name, comparison);
}
const after = before.replace(
  TABLE,
  (_, start, name, end) => `${start}${comparisonMarkdown(comparisons.get(name))}${end}`,
);
const drawn = await plotComparisons([...comparisons.values()]);

if (process.argv.includes('--check')) {
  if (after !== before || drawn !== readFileSync(picture, 'utf8')) {
    console.error('docs/results.md or docs/results.svg is out of date; run `npm run results`.');
    process.exitCode = 1;
  }
} else {
  writeFileSync(page, after);
  writeFileSync(picture, drawn);
  console.log(`docs/results.md: ${comparisons.size} tables and their picture, docs/results.svg`);
}
