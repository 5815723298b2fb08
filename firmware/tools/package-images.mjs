// Puts the firmware that npm packs with @bd-edge/host into firmware-host/firmware: for each board its images, its sizes and
// the license of the interpreter. `node firmware/tools/package-images.mjs`
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listBoards } from './boards.mjs';
import { buildBoard } from './build-board.mjs';
import { buildPosix, whyNotBuilt } from './build-posix.mjs';
import { FirmwareError } from './error.mjs';
import { fetchInterpreter, InterpreterError } from './fetch-interpreter.mjs';
import { engineDigests, knownDigests } from './known-engines.mjs';
import { formatSizes } from './sizes.mjs';
import { INTERPRETER_DIR } from './sources.mjs';
import { findGcc, findZig } from './toolchain.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const PACKAGED = join(root, 'firmware-host', 'firmware');
const NOTICE = 'wasm3-LICENSE';

/** The only platform whose program of the board posix is packaged; firmware-host/emulators/firmware-image.ts finds it. */
const PLATFORM = 'linux-x64';
const PROGRAM = `firmware-${PLATFORM}`;

/** Returns the files of a board's folder. @param {import('./boards.mjs').Board} board */
const filesOf = ({ uf2Family }) => [
  'firmware.elf',
  'firmware.bin',
  ...(uf2Family ? ['firmware.uf2'] : []),
  'sizes.json',
  NOTICE,
];

/** Returns all files of firmware-host/firmware. */
const packagedFiles = () => [
  ...listBoards().flatMap((board) => filesOf(board).map((file) => join(PACKAGED, board.name, file))),
  ...[PROGRAM, NOTICE].map((file) => join(PACKAGED, 'posix', file)),
];

/** Returns whether the images know the engines and are newer than their sources. */
function isUpToDate() {
  const sources = ['core', 'kernels', 'ports', 'tools'].flatMap((folder) =>
    sourcesBelow(join(root, 'firmware', folder)),
  );
  const newest = Math.max(...sources.map(writtenAt));
  // The license is a copy with the time of the original.
  const isNewer = (file) => existsSync(file) && (basename(file) === NOTICE || writtenAt(file) > newest);
  return packagedFiles().every(isNewer) && packagedFiles().filter(isProgram).every(knowsEngines);
}

const isProgram = (file) => /\.bin$/.test(file) || basename(file) === PROGRAM;

/** Returns whether firmware contains the digests of the engines. */
function knowsEngines(file) {
  const bytes = readFileSync(file);
  return knownDigests().every((digest) => bytes.includes(digest));
}

const sourcesBelow = (folder) =>
  readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => /\.(c|h|S|ld|json|mjs)$/.test(path));

const writtenAt = (path) => statSync(path).mtimeMs;

/** Returns why the firmware cannot be built here, and the fix; undefined if it can. */
function obstacle() {
  if (!findGcc() && !findZig()) {
    return 'no compiler for boards is installed; run `npm run setup:boards` (Debian, Ubuntu), or `npm run firmware -- pico`, which installs zig';
  }
  if (`${process.platform}-${process.arch}` !== PLATFORM)
    return `the board posix is built on ${PLATFORM} only`;
  return whyNotBuilt();
}

async function packageImages() {
  if (isUpToDate()) return;
  const reason = obstacle();
  if (reason !== undefined) {
    const missing = packagedFiles().filter((file) => !existsSync(file));
    if (missing.length === 0) {
      process.stderr.write(`The firmware in ${relative('', PACKAGED)} is packed as it is: ${reason}.\n`);
      return;
    }
    throw new FirmwareError(
      `The firmware for @bd-edge/host cannot be built: ${reason}. Missing: ${missing.map((file) => relative(root, file)).join(', ')}.`,
    );
  }
  fetchInterpreter();
  rmSync(PACKAGED, { recursive: true, force: true });
  const toolchain = findGcc() ?? findZig();
  for (const board of listBoards()) {
    const { files, sizes } = await buildBoard({
      board,
      toolchain,
      defines: [`BOARD_ENGINE_DIGESTS=${engineDigests()}`],
    });
    const folder = join(PACKAGED, board.name);
    mkdirSync(folder, { recursive: true });
    for (const name of filesOf(board)) copyFileSync(join(dirname(files[0]), name), join(folder, name));
    process.stderr.write(`${board.title}, by ${toolchain.version}\n${formatSizes(sizes)}\n`);
  }
  packagePosix();
}

function packagePosix() {
  const folder = join(PACKAGED, 'posix');
  mkdirSync(folder, { recursive: true });
  const program = join(folder, PROGRAM);
  const built = buildPosix({ settings: { BOARD_ENGINE_DIGESTS: engineDigests() } });
  const { status, stderr, error } = spawnSync('strip', ['-o', program, built], { encoding: 'utf8' });
  if (status !== 0)
    throw new FirmwareError(`strip failed for ${basename(built)}: ${stderr ?? error?.message}`);
  chmodSync(program, 0o755);
  copyFileSync(join(INTERPRETER_DIR, 'LICENSE'), join(folder, NOTICE));
}

try {
  await packageImages();
} catch (error) {
  if (!(error instanceof FirmwareError) && !(error instanceof InterpreterError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
