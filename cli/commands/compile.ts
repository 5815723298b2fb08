import { basename, extname } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  COMPILED_BUILDS,
  type CompiledBuild,
  type CompiledModel,
  compileModel,
  EMBEDDED,
  type Embedded,
  toC,
  toJavaScript,
} from '@bd-edge/compile';
import { UsageError } from '@bd-edge/sdk/internal';
import { writeFileWhole } from '@bd-edge/sdk/internal/files';
import { Command, Option } from 'commander';
import { readInput } from '../options/input-file.js';
import { jsonOption } from '../options/options.js';
import { UnknownEndingError } from '../options/unknown-ending.js';
import { formatNumber, print, printJson } from '../terminal/output.js';

export const compile = new Command('compile')
  .description('put a model and its engine into one WebAssembly module, or a model into arrays for C')
  .argument('<model.bdm>', 'the model')
  .addOption(
    new Option(
      '-o, --out <file>',
      'what to write: .wasm, .mjs (and its .d.mts), .h, or .c (and its .h)',
    ).default('model.wasm'),
  )
  .addOption(
    new Option('--build <name>', 'of the engine: mvp runs everywhere, simd needs 128-bit vectors')
      .choices(COMPILED_BUILDS)
      .default('mvp'),
  )
  .addOption(
    new Option('--embed <what>', 'what .h and .c hold: the model, the engine too, or both as one module')
      .choices(EMBEDDED)
      .default(undefined, 'model'),
  )
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge compile model.bdm -o model.wasm\n  $ bd-edge compile model.bdm -o model.mjs --build simd\n' +
      '  $ bd-edge compile model.bdm -o model.c --embed module',
  )
  .action(run);

class EmbedOptionError extends UsageError {}

interface Options {
  out: string;
  build: CompiledBuild;
  embed?: Embedded;
  json?: boolean;
}

async function run(file: string, options: Options): Promise<void> {
  const write = WRITERS[extname(options.out)];
  if (!write) throw new UnknownEndingError(options.out, Object.keys(WRITERS));
  const isC = ['.h', '.c'].includes(extname(options.out));
  if (options.embed !== undefined && !isC) {
    throw new EmbedOptionError(
      `--embed ${options.embed} says what .h and .c hold, and ${options.out} is neither; leave it out.`,
    );
  }
  const bytes = await readInput(file);
  const compiled = compileModel(bytes, options);
  const files = await write(compiled, bytes, options);
  for (const { path, content } of files) await writeFileWhole(path, content);

  const { wasm, build, memoryBytes, parts } = compiled;
  const written = files.map(({ path, content }) => ({
    path,
    bytes: Buffer.byteLength(content),
    gzipBytes: gzipSync(content, { level: 9 }).length,
  }));
  if (options.json) {
    printJson({
      files: written,
      build,
      modelBytes: bytes.length,
      moduleBytes: wasm.length,
      memoryBytes,
      parts,
    });
    return;
  }
  for (const { path, bytes, gzipBytes } of written) {
    print(`${path}: ${formatNumber(bytes)} bytes, ${formatNumber(gzipBytes)} gzipped`);
  }
  print(`model   ${formatNumber(bytes.length)} bytes`);
  if (isC && options.embed !== 'module') return;
  print(`module  ${formatNumber(wasm.length)} bytes (${build}: ${parts.join(', ')})`);
  print(`memory  ${formatNumber(memoryBytes)} bytes of linear memory`);
}

interface Output {
  path: string;
  content: string | Uint8Array;
}

type Writer = (compiled: CompiledModel, bytes: Uint8Array, options: Options) => Output[] | Promise<Output[]>;

/** What to write, by the ending of the file asked for. */
const WRITERS: Record<string, Writer> = {
  '.wasm': ({ wasm }, _, { out }) => [{ path: out, content: wasm }],
  '.mjs': async (compiled, _, { out }) => {
    const { source, types } = await toJavaScript(compiled);
    return [
      { path: out, content: source },
      { path: out.replace(/\.mjs$/, '.d.mts'), content: types },
    ];
  },
  '.h': async (compiled, bytes, { out, embed }) => {
    const { alone } = await toC(compiled, bytes, { name: basename(out, '.h'), embed });
    return [{ path: out, content: alone }];
  },
  '.c': async (compiled, bytes, { out, embed }) => {
    const { header, source } = await toC(compiled, bytes, { name: basename(out, '.c'), embed });
    const headerPath = out.replace(/\.c$/, '.h');
    return [
      { path: out, content: source(basename(headerPath)) },
      { path: headerPath, content: header },
    ];
  },
};
