// Writes assembly/kernels/simd/table/steps.ts: the inner loops of the table kernel, unrolled, because wasm has no
// way to index registers and an immediate offset costs nothing. `node scripts/generate-table-steps.mjs`
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Vectors in a tile; assembly/plans/table-plan.ts chooses among these. */
const VECTORS = [1, 2, 3, 4, 7, 9];
/** Taps whose values are summed in a nibble before they are split: 2 of at most 7, or 3 of at most 5. */
const FORMS = {
  pairs: [[0, 1], [2, 3], [4, 5], [6, 7], [8]],
  triples: [
    [0, 1, 2],
    [3, 4, 5],
    [6, 7, 8],
  ],
};
/** With so few of them, two filters share what a turn of the loop costs. */
const FEW_VECTORS = 2;
/**
 * With so few of them, it shows whether a load has the tables' address as its offset, or each tap adds it. So there are
 * loops for each of the first two threads; with more vectors, only the simd build, which has one thread, has that.
 */
const FIXED_VECTORS = 3;
const STEPS = ['first', 'next'];

const FILE = join(dirname(fileURLToPath(import.meta.url)), '..', 'assembly/kernels/simd/table/steps.ts');

export function source() {
  const lines = [
    '// Made by scripts/generate-table-steps.mjs: change it there.',
    '',
    '// One step of one tile, for every filter: nine loads from the tables a vector, each byte two pixels. `sums` holds two',
    '// vectors for each: the bytes as they are, modulo 256, and the high nibbles. `first` stores them, `next` adds to them.',
    '',
    "import { Anywhere, First, Second, SECOND_TABLES, TABLES } from './addresses';",
    '',
  ];
  for (const step of STEPS) lines.push(...dispatcher(step));
  for (const form of Object.keys(FORMS))
    for (const vectors of VECTORS) for (const step of STEPS) lines.push(...kernel(form, vectors, step));
  return `${lines.join('\n')}\n`;
}

function dispatcher(step) {
  const lines = [
    `export function ${step}(pairs: bool, vectors: u32, weights: usize, table: usize, sums: usize, filters: u32): void {`,
  ];
  for (const form of Object.keys(FORMS)) {
    lines.push(form === 'pairs' ? '  if (pairs) {' : '  } else {', '    switch (vectors) {');
    for (const vectors of VECTORS) {
      lines.push(
        `      case ${vectors}:`,
        `        ${name(form, vectors, step)}(weights, table, sums, filters);`,
        '        break;',
      );
    }
    lines.push('    }');
  }
  return [...lines, '  }', '}', ''];
}

const name = (form, vectors, step) => `${form}${step[0].toUpperCase()}${step.slice(1)}${vectors}`;

function kernel(form, vectors, step) {
  const loop = (place) => `${name(form, vectors, step)}At<${place}>(weights, table, sums, filters);`;
  const fewPlaces = [
    `  if (!ASC_FEATURE_THREADS || table == TABLES) ${loop('First')}`,
    `  else if (table == SECOND_TABLES) ${loop('Second')}`,
    `  else ${loop('Anywhere')}`,
  ];
  const places = [`  if (ASC_FEATURE_THREADS) ${loop('Anywhere')}`, `  else ${loop('First')}`];
  return [
    `export function ${name(form, vectors, step)}(weights: usize, table: usize, sums: usize, filters: u32): void {`,
    ...(vectors <= FIXED_VECTORS ? fewPlaces : places),
    '}',
    '',
    ...loops(form, vectors, step),
  ];
}

/** The loops, for one place of the tables. */
function loops(form, vectors, step) {
  const one = filter(form, vectors, step, 0);
  const loop = (condition, count, lines) => [
    `  for (; ${condition}; filters -= ${count}, weights += ${18 * count}, sums += ${32 * vectors * count}) {`,
    ...lines,
    '  }',
  ];
  return [
    // Or the dispatchers would call these, past the functions by whose names compile/parts.ts leaves tile sizes out.
    '@inline',
    `function ${name(form, vectors, step)}At<Place>(weights: usize, table: usize, sums: usize, filters: u32): void {`,
    '  const base: usize = sizeof<Place>() == sizeof<First>() ? TABLES : sizeof<Place>() == sizeof<Second>() ? SECOND_TABLES : 0;',
    '  let s: v128, h: v128;',
    ...(vectors <= FEW_VECTORS ? loop('filters > 1', 2, [...one, ...filter(form, vectors, step, 1)]) : []),
    ...loop('filters > 0', 1, one),
    '}',
    '',
  ];
}

/** What is done for one of the filters of a turn. */
function filter(form, vectors, step, place) {
  const lines = ['    {'];
  for (let tap = 0; tap < 9; tap++)
    lines.push(`    const a${tap} = (base ? 0 : table) + load<u16>(weights, ${18 * place + 2 * tap});`);
  for (let vector = 0; vector < vectors; vector++) {
    const at = 32 * (place * vectors + vector);
    FORMS[form].forEach((taps, i) => {
      const loads = taps.map((tap) => `v128.load(a${tap}, base + ${16 * vector})`);
      const declared = vector === 0 ? 'let ' : '';
      lines.push(`    ${declared}t${i} = ${loads.reduce((sum, term) => `i8x16.add(${sum}, ${term})`)};`);
    });
    lines.push(...combine(form).map((line) => `    ${line}`));
    if (step !== 'first') {
      lines.push(`    s = i8x16.add(s, v128.load(sums, ${at}));`);
      lines.push(`    h = i8x16.add(h, v128.load(sums, ${at + 16}));`);
    }
    lines.push(`    v128.store(sums, s, ${at});`);
    lines.push(`    v128.store(sums, h, ${at + 16});`);
  }
  lines.push('    }');
  return lines;
}

/**
 * s = the sum of all bytes, modulo 256; h = the sum of the high nibbles. A high nibble alone is a multiple of 16, so
 * that the rounding averages and the shifts of 16-bit lanes below lose nothing and carry nothing across bytes.
 */
function combine(form) {
  const high = (i) => `v128.and(t${i}, i8x16.splat(-16))`;
  if (form === 'pairs') {
    return [
      's = i8x16.add(i8x16.add(i8x16.add(t0, t1), i8x16.add(t2, t3)), t4);',
      `h = i8x16.avgr_u(i8x16.avgr_u(${high(0)}, ${high(1)}), i8x16.avgr_u(${high(2)}, ${high(3)}));`,
      `h = i16x8.shr_u(i8x16.add(h, i16x8.shr_u(${high(4)}, 2)), 2);`,
    ];
  }
  return [
    's = i8x16.add(i8x16.add(t0, t1), t2);',
    `h = i8x16.avgr_u(i8x16.avgr_u(${high(0)}, ${high(1)}), i16x8.shr_u(${high(2)}, 1));`,
    'h = i16x8.shr_u(h, 2);',
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(FILE, source());
