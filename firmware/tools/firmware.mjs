// `npm run firmware -- BOARD`: builds the firmware of a board into build/firmware/BOARD.
import { spawnSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findBoard, listBoards } from './boards.mjs';
import { buildBoard } from './build-board.mjs';
import { buildPosix } from './build-posix.mjs';
import { writeEngine } from './built-in-engine.mjs';
import { FirmwareError } from './error.mjs';
import { engineDigests } from './known-engines.mjs';
import { formatSizes } from './sizes.mjs';
import { findToolchain } from './toolchain.mjs';

const PREPARE = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'scripts', 'prepare.mjs');

const USAGE = `Usage: npm run firmware -- BOARD [--toolchain gcc|zig] [--aot] [--any-engine] [--self-test]

  --aot        build the engine into the firmware as machine code, instead of the interpreter (docs/boards.md)
  --any-engine accept every valid engine, not only those of this release (docs/boards.md)
  --self-test  build the test of the port instead of the firmware (docs/porting.md)
  --toolchain  compiler (default: gcc if installed, else zig)

Boards:
${listBoards()
  .map(({ name, title }) => `  ${name.padEnd(8)}${title}`)
  .join('\n')}
  posix   a process on this machine
  all     all boards except posix
`;

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      toolchain: { type: 'string' },
      aot: { type: 'boolean' },
      'any-engine': { type: 'boolean' },
      'self-test': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const [name] = positionals;
  if (!values['self-test']) prepare();
  const engine = values.aot ? writeEngine() : undefined;
  const isOpen = values['any-engine'] || values.aot || values['self-test'];
  const settings = isOpen ? {} : { BOARD_ENGINE_DIGESTS: engineDigests() };
  if (name === 'posix') return buildHere(engine, settings);
  const boards = name === 'all' ? listBoards() : [findBoard(name)];
  const toolchain = findToolchain(/** @type {any} */ (values.toolchain), (text) =>
    process.stderr.write(`${text}\n`),
  );
  for (const board of boards) {
    process.stderr.write(`${board.title}, by ${toolchain.version}\n`);
    const { files, sizes } = await buildBoard({
      board,
      toolchain,
      program: values['self-test'] ? 'self-test' : undefined,
      defines: Object.entries(settings).map(([setting, value]) => `${setting}=${value}`),
      engine,
    });
    process.stderr.write(`${formatSizes(sizes)}\n`);
    process.stdout.write(`${files.map((file) => relative('', file)).join('\n')}\n`);
  }
}

/** Builds the engines and the command if they are out of date. */
function prepare() {
  const { status } = spawnSync(process.execPath, [PREPARE], { stdio: 'inherit' });
  if (status !== 0) throw new FirmwareError('The engine could not be built; the error is above.');
}

/** Copies the program, whose name contains a hash, to a fixed name. */
function buildHere(engine, settings) {
  const program = buildPosix({ engine, settings });
  const known = join(dirname(program), 'firmware');
  rmSync(known, { force: true });
  copyFileSync(program, known);
  process.stdout.write(`${relative('', known)}\n`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof FirmwareError) && error.code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
