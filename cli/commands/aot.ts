import { basename, extname } from 'node:path';
import { compileModel, engineToNativeC, modelToNativeC, WABT_VERSION } from '@bd-edge/compile';
import { boardEngineWasm, engineWasm } from '@bd-edge/sdk';
import { UsageError } from '@bd-edge/sdk/internal';
import { writeFileWhole } from '@bd-edge/sdk/internal/files';
import { Command, Option } from 'commander';
import { readInput } from '../options/input-file.js';
import { jsonOption } from '../options/options.js';
import { UnknownEndingError } from '../options/unknown-ending.js';
import { formatNumber, print, printJson } from '../terminal/output.js';
import { wasm2c } from '../wasm2c.js';

export const aot = new Command('aot')
  .description('turn a model and its engine, or the engine alone, into C that needs no WebAssembly runtime')
  .argument('[model.bdm]', 'the model; without one, the engine, which takes any')
  .addOption(
    new Option(
      '-o, --out <file.c>',
      'what to write; its header goes beside it; default: model.c, or engine.c without a model',
    ),
  )
  .addOption(
    new Option('--build <name>', 'of the engine alone: board leaves the layers to the program')
      .choices(['mvp', 'board'])
      .default(undefined, 'mvp'),
  )
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge aot model.bdm -o model.c\n  $ bd-edge aot -o engine.c\n' +
      `\nIt needs the package wabt: npm install wabt@${WABT_VERSION}`,
  )
  .action(run);

class EngineOptionError extends UsageError {}

interface Options {
  out?: string;
  build?: 'mvp' | 'board';
  json?: boolean;
}

async function run(file: string | undefined, options: Options): Promise<void> {
  const { out = file === undefined ? 'engine.c' : 'model.c', build = 'mvp', json } = options;
  if (file !== undefined && options.build !== undefined) {
    throw new EngineOptionError(
      `--build ${build} is of the engine alone, and ${file} is a model; leave one of them out.`,
    );
  }
  if (extname(out) !== '.c') throw new UnknownEndingError(out, ['.c']);
  const name = basename(out, '.c');
  const { header, source } =
    file === undefined
      ? await engineToNativeC(await (build === 'mvp' ? engineWasm() : boardEngineWasm()), name, wasm2c)
      : await modelToNativeC(compileModel(await readInput(file)), name, wasm2c);
  const headerFile = `${name}.h`;
  const files = [
    { path: out, content: source(headerFile) },
    { path: out.replace(/\.c$/, '.h'), content: header },
  ];
  for (const { path, content } of files) await writeFileWhole(path, content);
  const written = files.map(({ path, content }) => ({ path, bytes: Buffer.byteLength(content) }));
  if (json) printJson({ files: written, of: file === undefined ? build : 'model' });
  else for (const { path, bytes } of written) print(`${path}: ${formatNumber(bytes)} bytes`);
}
