import { basename, dirname, extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  type CNetwork,
  type CompiledBuild,
  type CompiledModel,
  compileModel,
  EMBEDDED,
  type Embedded,
  engineToC,
  toC,
  toCArrays,
  toJavaScript,
} from '@bd-edge/compile';
import { boardEngineWasm, engineWasm, UsageError } from '@bd-edge/sdk/internal';
import { Command, Option } from 'commander';
import { MODEL_ARGUMENT, readModel } from '../models.js';
import { jsonOption } from '../options/options.js';
import { formatNumber, print, printJson, printMessage } from '../terminal/output.js';
import { isStandardOutput, writeOutput } from '../write-output.js';

/** The targets, the endings of their files, and what they make. The first target with an ending is its default. */
const TARGETS = {
  wasm: { endings: ['.wasm'], makes: 'one WebAssembly module' },
  js: { endings: ['.mjs'], makes: 'a JavaScript module and its types' },
  c: { endings: ['.c'], makes: 'C code and its header' },
  'c-array': { endings: ['.h', '.c'], makes: 'byte arrays in C' },
} as const;
type Target = keyof typeof TARGETS;
const TARGET_NAMES = Object.keys(TARGETS) as Target[];
const ENDINGS = [...new Set(TARGET_NAMES.flatMap((target) => TARGETS[target].endings))];

const BUILDS = ['mvp', 'simd', 'board'] as const;
type Build = (typeof BUILDS)[number];

export const compile = new Command('compile')
  .description('compile a model with its engine to WebAssembly, JavaScript or C')
  .argument('[model]', `${MODEL_ARGUMENT}; without it, the engine alone (target c)`)
  .addOption(
    new Option('--target <name>', 'target; see below (default: from the ending of --out, or wasm)').choices(
      TARGET_NAMES,
    ),
  )
  .addOption(new Option('-o, --out <file>', 'output file (default: model.wasm, model.mjs, model.c, model.h)'))
  .addOption(
    new Option(
      '--build <name>',
      'engine build, not for a model as c; simd for wasm, js and c-array, board for the engine alone (default: mvp)',
    ).choices(BUILDS),
  )
  .addOption(
    new Option('--embed <content>', 'content of the arrays of c-array (default: model)').choices(EMBEDDED),
  )
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `\nTargets:\n${TARGET_NAMES.map((name) => `  ${name.padEnd(8)} ${TARGETS[name].endings.join(', ').padEnd(6)} ${TARGETS[name].makes}\n`).join('')}` +
      '\nExamples:\n  $ bd-edge compile mnist-8k -o model.wasm\n  $ bd-edge compile model.bdm -o model.mjs --build simd\n' +
      '  $ bd-edge compile model.bdm -o model.c\n  $ bd-edge compile model.bdm -o model.c --target c-array --embed module\n' +
      '  $ bd-edge compile -o engine.c',
  )
  .action(run);

interface Options {
  target?: Target;
  out?: string;
  build?: Build;
  embed?: Embedded;
  json?: boolean;
}

/** A text or module to write. */
interface Output {
  path: string;
  content: string | Uint8Array;
}

async function run(argument: string | undefined, options: Options): Promise<void> {
  const { target, out } = placeOf(argument, options);
  if (options.embed !== undefined && target !== 'c-array')
    throw inapplicable(`--embed ${options.embed}`, `the target ${target}`);
  const build = options.build ?? 'mvp';
  if (argument === undefined) return compileEngine(target, out, build, options);
  if (build === 'board') throw inapplicable('--build board', 'a model');
  if (target === 'c' && options.build !== undefined)
    throw inapplicable(`--build ${build}`, 'a model as target c');
  const { bytes } = await readModel(argument);
  if (target === 'c') return compileToC(bytes, out, options);
  const compiled = compileModel(bytes, { build });
  const files = await write(await WRITERS[target](compiled, out, options));
  report(target, compiled, files, options);
}

/** Determines the target and the output file from each other. */
function placeOf(argument: string | undefined, { target, out }: Options): { target: Target; out: string } {
  if (out === undefined) {
    const chosen = target ?? (argument === undefined ? 'c' : 'wasm');
    return {
      target: chosen,
      out: `${argument === undefined ? 'engine' : 'model'}${TARGETS[chosen].endings[0]}`,
    };
  }
  if (isStandardOutput(out)) return { target: standardTarget(target), out };
  const ending = extname(out);
  const isOf = (name: Target) => (TARGETS[name].endings as readonly string[]).includes(ending);
  const chosen = target ?? TARGET_NAMES.find(isOf);
  const expected: readonly string[] = chosen === undefined ? ENDINGS : TARGETS[chosen].endings;
  if (chosen === undefined || !isOf(chosen)) {
    throw new UsageError(
      'unknown-ending',
      `Unknown file ending of ${out}; expected ${expected.join(', ')}${target ? ` for the target ${target}` : ''}.`,
      { received: out, expected },
    );
  }
  return { target: chosen, out };
}

/** Returns a target that is one file. */
function standardTarget(target: Target = 'wasm'): Target {
  if (target === 'wasm') return target;
  throw new UsageError(
    'several-files',
    `The target ${target} has several files, which standard output cannot hold; name a file with --out.`,
    { received: target, expected: 'wasm' },
  );
}

function inapplicable(option: string, subject: string): UsageError {
  return new UsageError('inapplicable-option', `${option} does not apply to ${subject}; omit it.`, {
    received: option,
  });
}

async function compileEngine(target: Target, out: string, build: Build, { json }: Options): Promise<void> {
  if (target !== 'c') {
    throw new UsageError(
      'missing-model',
      `The model is missing; only the target c compiles the engine alone, received ${target}.`,
      { received: target, expected: 'c' },
    );
  }
  if (build === 'simd') throw inapplicable('--build simd', 'the target c');
  const wasm = await (build === 'mvp' ? engineWasm() : boardEngineWasm());
  const files = await write(cFiles(out, await engineToC(wasm, { name: basename(out, '.c') })));
  if (json) printJson({ target, files, build });
  else printFiles(files);
}

async function compileToC(bytes: Uint8Array, out: string, { json }: Options): Promise<void> {
  const network = toC(bytes, { name: basename(out, '.c') });
  const files = await write(cFiles(out, network));
  const { arenaBytes, constantBytes }: CNetwork = network;
  if (json) {
    printJson({ target: 'c', files, modelBytes: bytes.length, arenaBytes, constantBytes });
    return;
  }
  printFiles(files);
  print(`model      ${formatNumber(bytes.length)} bytes`);
  print(`constants  ${formatNumber(constantBytes)} bytes of flash; the code comes on top`);
  print(`arena      ${formatNumber(arenaBytes)} bytes of RAM`);
}

type Writer = (compiled: CompiledModel, out: string, options: Options) => Output[] | Promise<Output[]>;

const WRITERS: Record<Exclude<Target, 'c'>, Writer> = {
  wasm: ({ wasm }, out) => [{ path: out, content: wasm }],
  js: async (compiled, out) => {
    const { source, types } = await toJavaScript(compiled);
    return [
      { path: out, content: source },
      { path: out.replace(/\.mjs$/, '.d.mts'), content: types },
    ];
  },
  'c-array': async (compiled, out, { embed }) => {
    const arrays = await toCArrays(compiled, { name: basename(out, extname(out)), embed });
    return extname(out) === '.h' ? [{ path: out, content: arrays.singleHeader }] : cFiles(out, arrays);
  },
};

function cFiles(out: string, { header, source }: { header: string; source: string }): Output[] {
  return [
    { path: out, content: source },
    { path: join(dirname(out), `${basename(out, '.c')}.h`), content: header },
  ];
}

interface WrittenFile {
  path: string;
  bytes: number;
  gzipBytes: number;
}

async function write(outputs: Output[]): Promise<WrittenFile[]> {
  for (const { path, content } of outputs) await writeOutput(path, content);
  return outputs.map(({ path, content }) => ({
    path,
    bytes: Buffer.byteLength(content),
    gzipBytes: gzipSync(content, { level: 9 }).length,
  }));
}

function report(
  target: Exclude<Target, 'c'>,
  { wasm, bytes, build, memoryBytes, parts }: CompiledModel,
  files: WrittenFile[],
  { embed, json }: Options,
): void {
  const toOutput = isStandardOutput(files[0].path);
  const say = toOutput ? printMessage : print;
  if (json && !toOutput) {
    const figures = { modelBytes: bytes.length, moduleBytes: wasm.length, memoryBytes };
    printJson({ target, files, build: build satisfies CompiledBuild, ...figures, parts });
    return;
  }
  printFiles(files, say);
  say(`model   ${formatNumber(bytes.length)} bytes`);
  if (target === 'c-array' && embed !== 'module') return;
  say(`module  ${formatNumber(wasm.length)} bytes (${build}: ${parts.join(', ')})`);
  say(`memory  ${formatNumber(memoryBytes)} bytes`);
}

function printFiles(files: WrittenFile[], say: (text: string) => void = print): void {
  for (const { path, bytes, gzipBytes } of files)
    say(
      `${isStandardOutput(path) ? 'standard output' : path}: ${formatNumber(bytes)} bytes, ${formatNumber(gzipBytes)} gzipped`,
    );
}
