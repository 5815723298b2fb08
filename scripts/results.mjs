// Writes the tables of docs/results.md from the comparisons in docs/results/, as `bd-edge compare` left them.
//
// A table stands between `<!-- table: NAME.json -->` and `<!-- end of table -->`; what is between is replaced.
//
//     npm run results             writes
//     npm run results -- --check  says whether it would change anything, with exit code 1

import { readFileSync, writeFileSync } from 'node:fs';
import { comparisonMarkdown, readComparison } from '../dist/trainer.js';

const page = new URL('../docs/results.md', import.meta.url);
const TABLE = /(<!-- table: ([\w.-]+) -->\n)[^]*?(<!-- end of table -->)/g;

const before = readFileSync(page, 'utf8');
const tables = new Map();
for (const [, , name] of before.matchAll(TABLE)) {
  const comparison = await readComparison(new URL(`results/${name}`, page));
  if (!comparison) throw new Error(`docs/results.md names docs/results/${name}, which does not exist.`);
  tables.set(name, comparisonMarkdown(comparison));
}
const after = before.replace(TABLE, (_, start, name, end) => `${start}${tables.get(name)}${end}`);

if (process.argv.includes('--check')) {
  if (after !== before) {
    console.error('docs/results.md is not what docs/results/ says; run `npm run results`.');
    process.exitCode = 1;
  }
} else {
  writeFileSync(page, after);
  console.log(`docs/results.md: ${tables.size} tables`);
}
