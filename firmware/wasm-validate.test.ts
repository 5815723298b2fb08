import { spawnSync } from 'node:child_process';
import { reasonAgainst, wasmSubset } from '@bd-edge/host/internal';
import { boardEngineWasm, interpretedEngineWasm } from '@bd-edge/sdk/internal';
import { beforeEach, describe, expect, test } from 'vitest';
import { oddEngine } from '../firmware-host/testing/odd-engine.js';
import { random } from '../sdk/testing/random-graph.js';
import { buildProgram, requireCompiler, testSource } from './testing/compiler.js';
import { fuzzSeed, progress } from './testing/progress.js';
import {
  END,
  HEADER,
  I32,
  I64,
  randomWasm,
  section,
  sized,
  text,
  unsigned,
  vector,
} from './testing/random-wasm.js';

beforeEach(requireCompiler);

/** `npm run fuzz:firmware` runs more. */
const MODULES = Number(process.env.BD_EDGE_FUZZ_WASM ?? '5000');
/** The modules of one run of the program, and the time after which the run counts as one without an end. */
const BATCH = 5000;
const BATCH_MS = 300_000;

let program: string | undefined;

/**
 * Validates modules with the firmware, and runs those that it accepts.
 *
 * @returns the reasons, or `accepted`; if the program ends early, those until then
 */
function verdicts(modules: Uint8Array[]): string[] {
  program ??= buildProgram({
    name: 'validate-wasm',
    sources: [testSource('memory-port.c'), testSource('validate-wasm.c')],
    sanitize: true,
    // An engine is stopped at the first look at the clock.
    settings: { BOARD_BUDGET_SECONDS: 0 },
  });
  const input = Buffer.concat(modules.flatMap((wasm) => [Uint32Array.of(wasm.length), wasm].map(bytesOf)));
  const { stdout, stderr } = spawnSync(program, {
    ...{ input, encoding: 'utf8', maxBuffer: 2 ** 26 },
    ...{ timeout: BATCH_MS, killSignal: 'SIGKILL' },
  });
  if (stderr !== '') console.log(stderr);
  return stdout.trimEnd().split('\n');
}

/** The host's verdict. */
const expected = (wasm: Uint8Array) => reasonAgainst(wasm) ?? 'accepted';

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint8Array | Uint32Array) =>
  Buffer.from(buffer, byteOffset, byteLength);

describe(`${MODULES} random modules`, () => {
  const seed = fuzzSeed();
  console.log(`BD_EDGE_FUZZ_SEED=${seed}`);

  test(
    'firmware and host have the same verdict, accept only what V8 accepts, and the firmware runs it without a memory error',
    async () => {
      const counts: Record<string, number> = {};
      const report = progress('modules', MODULES);
      for (let start = 0; start < MODULES; start += BATCH) {
        const modules = Array.from({ length: Math.min(BATCH, MODULES - start) }, (_, i) => {
          const rng = random(seed + start + i);
          return randomWasm(rng, rng.chance(0.2) ? 0 : 0.005);
        });
        const found = verdicts(modules);
        const failed = `BD_EDGE_FUZZ_SEED=${seed + start + found.length - 1}: the firmware failed or did not end`;
        for (const [i, verdict] of found.entries()) {
          counts[verdict] = (counts[verdict] ?? 0) + 1;
          const at = `BD_EDGE_FUZZ_SEED=${seed + start + i}`;
          expect(verdict, at).toBe(expected(modules[i]));
          if (verdict === 'accepted')
            expect(WebAssembly.validate(Uint8Array.from(modules[i])), at).toBe(true);
        }
        expect(found.length, failed).toBe(modules.length);
        await report(start + found.length);
      }
      console.log(JSON.stringify(counts));
      expect(counts.accepted).toBeGreaterThan(MODULES / 4);
      expect(MODULES - counts.accepted).toBeGreaterThan(MODULES / 4);
    },
    6 * 60 * 60_000,
  );

  test('firmware accepts each module of its subset', () => {
    const modules = Array.from({ length: Math.min(MODULES, 2000) }, (_, i) =>
      randomWasm(random(seed + i), 0),
    );
    expect(modules.filter((wasm) => !WebAssembly.validate(Uint8Array.from(wasm)))).toEqual([]);
    expect(new Set(verdicts(modules))).toEqual(new Set(['accepted']));
  });
});

test('firmware and host accept the engines of this package', async () => {
  const engines = [await boardEngineWasm(), await interpretedEngineWasm(), oddEngine()];
  expect(verdicts(engines)).toEqual(Array(3).fill('accepted'));
  expect(engines.map(expected)).toEqual(Array(3).fill('accepted'));
});

interface Parts {
  types?: number[][];
  imports?: number[][];
  functions?: number[][];
  memory?: number[][];
  globals?: number[][];
  exports?: number[][];
  code?: number[][];
  data?: number[][];
  /** More sections, by the index of the section that they precede. */
  more?: [number, number[]][];
}

const VOID = [0x60, 0, 0];
const RUN = [...text('run'), 0x00, 0x00];

/** Returns a small module whose only function is `run`, with some parts replaced. */
function small(parts: Parts = {}): Uint8Array {
  const sections = [
    section(1, parts.types ?? [VOID]),
    ...(parts.imports ? [section(2, parts.imports)] : []),
    section(3, parts.functions ?? [[0]]),
    section(5, parts.memory ?? [[0x00, 0x01]]),
    ...(parts.globals ? [section(6, parts.globals)] : []),
    section(7, parts.exports ?? [RUN]),
    section(10, parts.code ?? [body([])]),
    ...(parts.data ? [section(11, parts.data)] : []),
  ];
  for (const [at, bytes] of parts.more ?? []) sections.splice(at, 0, bytes);
  return Uint8Array.from([...HEADER, ...sections.flat()]);
}

/** Returns a function's body. */
const body = (code: number[], locals: number[][] = []) => sized([...vector(locals), ...code, END]);
const runs = (code: number[], locals?: number[][]) => small({ code: [body(code, locals)] });
const repeat = (times: number, code: number[]) => Array(times).fill(code).flat();
const ZERO = [0x41, 0x00];
const DROP = 0x1a;
const BLOCK = [0x02, 0x40];
const segment = (offset: number[], bytes: number) => [
  0x00,
  0x41,
  ...offset,
  END,
  ...sized(Array(bytes).fill(7)),
];

/** Modules that are rejected, by their reason. */
const REJECTED: Record<string, [string, Uint8Array][]> = {
  'not wasm': [
    ['nothing', Uint8Array.of()],
    ['another version', Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x02, 0x00, 0x00, 0x00)],
  ],
  'ends early': [
    ['a cut module', small().subarray(0, -2)],
    ['a body longer than its section', small({ code: [[0x7f, 0x00, END]] })],
  ],
  'bad integer': [
    ['an i32 of 33 bits', runs([0x41, 0xff, 0xff, 0xff, 0xff, 0x1f, DROP])],
    ['an i32 of 6 bytes', runs([0x41, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00, DROP])],
    ['an i64 of 65 bits', runs([0x42, ...repeat(9, [0xff]), 0x02, DROP])],
    ['an index of 33 bits', runs([0x10, 0x80, 0x80, 0x80, 0x80, 0x10])],
  ],
  'wrong size': [
    ['bytes after a body', small({ code: [sized([0x00, END, END])] })],
    ['bytes after the last item', Uint8Array.from([...small(), 11, 2, 0, 0])],
  ],
  'has a table': [
    ['a table', small({ more: [[2, section(4, [[0x70, 0x00, 0x01]])]] })],
    ['elements', small({ more: [[4, section(9, [[0x00, ...ZERO, END, 0x01, 0x00]])]] })],
  ],
  'has a start function': [['a start function', small({ more: [[4, [8, 1, 0]]] })]],
  'unknown section': [
    ['a name section', small({ more: [[0, [0, ...sized(text('name'))]]] })],
    ['a data count', small({ more: [[4, [12, 1, 0]]] })],
    ['a tag section', small({ more: [[3, section(13, [])]] })],
  ],
  'section order': [
    ['two memory sections', small({ more: [[2, section(5, [])]] })],
    ['functions before types', small({ types: [], more: [[0, section(3, [])]] })],
  ],
  'missing section': [
    ['only a header', Uint8Array.from(HEADER)],
    ['no code', Uint8Array.from([...HEADER, ...section(1, [VOID]), ...section(3, [[0]])])],
  ],
  'too many items': [
    ['33 types', small({ types: Array(33).fill(VOID) })],
    [
      'two memories',
      small({
        memory: [
          [0, 1],
          [0, 1],
        ],
      }),
    ],
    ['65 globals', small({ globals: Array(65).fill([I32, 0x01, ...ZERO, END]) })],
    ['9 imports', small({ imports: Array(9).fill([...text('board'), ...text('layer'), 0x00, 0x00]) })],
    ['13 exports', small({ exports: Array(13).fill(RUN) })],
    ['9 data segments', small({ data: Array(9).fill(segment([0], 1)) })],
    ['4,294,967,295 types', small({ more: [[0, [1, ...sized(unsigned(2 ** 32 - 1))]]] })],
  ],
  'unknown type': [
    ['a float parameter', small({ types: [[0x60, 1, 0x7d, 0]] })],
    ['a vector local', runs([], [[1, 0x7b]])],
    ['a block with a type index', runs([0x02, 0x00, END])],
    ['a struct type', small({ types: [[0x5f, 0, 0]] })],
    ['a function of a type that does not exist', small({ functions: [[1]] })],
  ],
  'too many parameters': [['9 parameters', small({ types: [[0x60, 9, ...Array(9).fill(I32), 0]] })]],
  'too many results': [
    ['2 results', small({ types: [[0x60, 0, 2, I32, I32]] })],
    ['500 results', small({ types: [[0x60, 0, ...unsigned(500), ...Array(500).fill(I32)]] })],
  ],
  'too many functions': [
    [
      '97 functions',
      small({
        functions: Array(96).fill([0]),
        code: Array(96).fill(body([])),
        imports: [[...text('board'), ...text('layer'), 0, 1]],
        types: [VOID, [0x60, 1, I32, 0]],
      }),
    ],
  ],
  'unknown import': [
    ['another function', small({ imports: [[...text('board'), ...text('write'), 0x00, 0x00]] })],
    ['another module', small({ imports: [[...text('env'), ...text('layer'), 0x00, 0x00]] })],
    ['an imported memory', small({ imports: [[...text('board'), ...text('copy'), 0x02, 0x00, 0x01]] })],
  ],
  'wrong signature': [
    ['an import', small({ imports: [[...text('board'), ...text('layer'), 0x00, 0x00]] })],
    ['an export', small({ exports: [[...text('abi'), 0x00, 0x00]] })],
    ['a memory that is a function', small({ exports: [[...text('memory'), 0x00, 0x00]] })],
  ],
  'memory limits': [
    ['65 MiB', small({ memory: [[0x00, ...unsigned(1025)]] })],
    ['a maximum', small({ memory: [[0x01, 1, 2]] })],
    ['shared memory', small({ memory: [[0x03, 1, 2]] })],
    ['the size of memory 1', runs([0x3f, 0x01, DROP])],
  ],
  'not a constant': [
    [
      'a global of another one',
      small({
        globals: [
          [I32, 0x00, ...ZERO, END],
          [I32, 0x00, 0x23, 0x00, END],
        ],
      }),
    ],
    ['a global of another type', small({ globals: [[I64, 0x00, ...ZERO, END]] })],
    ['a sum', small({ globals: [[I32, 0x00, ...ZERO, ...ZERO, 0x6a, END]] })],
  ],
  'unknown export': [['another name', small({ exports: [[...text('runs'), 0x00, 0x00]] })]],
  'duplicate export': [['run twice', small({ exports: [RUN, RUN] })]],
  'number of bodies': [
    ['fewer bodies than functions', small({ functions: [[0], [0]] })],
    ['more bodies than functions', small({ code: [body([]), body([])] })],
  ],
  'data segment': [
    ['data at the end of memory', small({ data: [segment([0x80, 0x80, 0x04], 1)] })],
    ['data at -1', small({ data: [segment([0x7f], 1)] })],
    ['passive data', small({ data: [[0x01, 0x01, 0x00]] })],
  ],
  'long function': [['5,000 instructions', runs(repeat(5000, [0x01]))]],
  'too many locals': [
    ['49 locals', runs([], [[49, I32]])],
    ['4,294,967,295 locals', runs([], [[...unsigned(2 ** 32 - 1), I32]])],
    ['50 groups', runs([], Array(50).fill([0, I32]))],
  ],
  'too many blocks': [['16 nested blocks', runs([...repeat(16, BLOCK), ...repeat(16, [END])])]],
  'too many operands': [['33 constants', runs([...repeat(33, ZERO), ...repeat(33, [DROP])])]],
  'unknown instruction': [
    ['a float constant', runs([0x43, 0, 0, 0, 0, DROP])],
    ['a float load', runs([...ZERO, 0x2a, 2, 0, DROP])],
    ['a conversion to float', runs([...ZERO, 0xb2, DROP])],
    ['a sign extension', runs([...ZERO, 0xc0, DROP])],
    ['memory.fill', runs([...ZERO, ...ZERO, ...ZERO, 0xfc, 0x0b, 0x00])],
    ['a typed select', runs([...ZERO, ...ZERO, ...ZERO, 0x1c, 1, I32, DROP])],
    ['a tail call', runs([0x12, 0x00])],
  ],
  'has call_indirect': [['call_indirect', runs([...ZERO, 0x11, 0x00, 0x00])]],
  'has br_table': [
    ['br_table', runs([...ZERO, 0x0e, 0x00, 0x00])],
    ['br_table with a huge count', runs([...ZERO, 0x0e, ...unsigned(2 ** 32 - 1), 0x00])],
  ],
  'has memory.grow': [['memory.grow', runs([0x41, 0x7f, 0x40, 0x00, DROP])]],
  'dead code': [
    ['code after br', runs([0x0c, 0x00, 0x01])],
    ['code after return', runs([0x0f, ...ZERO, DROP])],
    ['operands after unreachable', runs([0x00, 0x6a, DROP])],
  ],
  'stack height': [
    ['no operand', runs([DROP])],
    ['an operand of the block around', runs([...ZERO, ...BLOCK, DROP, END])],
    ['an operand left over', runs(ZERO)],
    ['a missing result', small({ types: [[0x60, 0, 1, I32]], exports: [[...text('abi'), 0, 0]] })],
    ['a branch without its value', runs([0x02, I32, 0x0c, 0x00, END, DROP])],
  ],
  'type mismatch': [
    ['an i64 that is added to an i32', runs([...ZERO, 0x42, 0x00, 0x6a, DROP])],
    ['a condition of 64 bits', runs([0x42, 0x00, 0x04, 0x40, END])],
    ['an address of 64 bits', runs([0x42, 0x00, 0x28, 2, 0, DROP])],
    ['two types for select', runs([...ZERO, 0x42, 0x00, ...ZERO, 0x1b, DROP])],
    ['another result', runs([0x02, I64, ...ZERO, END, DROP])],
    ['a local of another type', runs([0x42, 0x00, 0x21, 0x00], [[1, I32]])],
  ],
  'unknown label': [['one too many', runs([0x0c, 0x01])]],
  'unknown function': [
    ['a call', runs([0x10, 0x01])],
    ['an export', small({ exports: [[...text('run'), 0x00, 0x01]] })],
    ['a call of the highest index', runs([0x10, ...unsigned(2 ** 32 - 1)])],
  ],
  'unknown local': [['local 0 of none', runs([0x20, 0x00, DROP])]],
  'unknown global': [['global 0 of none', runs([0x23, 0x00, DROP])]],
  'immutable global': [
    ['set', small({ globals: [[I32, 0x00, ...ZERO, END]], code: [body([...ZERO, 0x24, 0x00])] })],
  ],
  alignment: [['of 8 bytes for 4', runs([...ZERO, 0x28, 3, 0, DROP])]],
  'unpaired else': [
    ['else in a block', runs([...BLOCK, 0x05, END])],
    ['two else', runs([...ZERO, 0x04, 0x40, 0x05, 0x05, END])],
    ['a result without else', runs([...ZERO, 0x04, I32, ...ZERO, END, DROP])],
  ],
};

test('the small module is accepted', () => {
  expect(verdicts([small(), runs([...repeat(15, BLOCK), ...repeat(15, [END])], [[48, I32]])])).toEqual(
    Array(2).fill('accepted'),
  );
});

test.each(Object.entries(REJECTED))('rejects a module: %s', (reason, cases) => {
  const answers = verdicts(cases.map(([, wasm]) => wasm));
  const all = Object.fromEntries(cases.map(([what]) => [what, reason]));
  expect(Object.fromEntries(cases.map(([what], i) => [what, answers[i]]))).toEqual(all);
  expect(Object.fromEntries(cases.map(([what, wasm]) => [what, expected(wasm)]))).toEqual(all);
});

test('each reason has a case', () => {
  expect(Object.keys(REJECTED).sort()).toEqual(Object.values(wasmSubset.REASONS).sort());
});
