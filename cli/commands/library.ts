import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import {
  type CLibrary,
  LIBRARY_BOARDS,
  LIBRARY_SYSTEMS,
  type LibrarySystem,
  libraryName,
  requireRoom,
  toLibrary,
} from '@bd-edge/compile';
import { COST_BOARDS, estimateCost } from '@bd-edge/host/internal';
import { parseModel, UsageError } from '@bd-edge/sdk/internal';
import { Command, Option } from 'commander';
import { MODEL_ARGUMENT, readModel } from '../models.js';
import { jsonOption } from '../options/options.js';
import { formatNumber, print, printJson } from '../terminal/output.js';
import { writeOutput } from '../write-output.js';
import { zip } from '../zip.js';

export const library = new Command('library')
  .description('make a C library of a model for Arduino, PlatformIO, ESP-IDF, Zephyr and CMake')
  .argument('<model>', MODEL_ARGUMENT)
  .addOption(new Option('-o, --out <path>', 'output folder, or archive with --for (default: the name)'))
  .addOption(
    new Option(
      '--name <name>',
      'name of the library and prefix of its identifiers (default: from --out or the model)',
    ),
  )
  .addOption(
    new Option('--for <system>', 'a .zip archive for one system instead of a folder').choices(
      LIBRARY_SYSTEMS,
    ),
  )
  .addOption(new Option('--small', 'small code instead of fast code'))
  .addOption(
    new Option('--board <name>', 'board whose memory must be large enough').choices(
      Object.keys(LIBRARY_BOARDS),
    ),
  )
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge library mnist-8k -o digits\n  $ bd-edge library model.bdm --name hands --for arduino\n' +
      '  $ bd-edge library model.bdm -o hands --small --board micro:bit',
  )
  .action(run);

interface Options {
  out?: string;
  name?: string;
  for?: LibrarySystem;
  small?: boolean;
  board?: string;
  json?: boolean;
}

async function run(argument: string, options: Options): Promise<void> {
  const { bytes } = await readModel(argument);
  const { for: system, out, small, board, json } = options;
  const name = options.name ?? libraryName(stem(out ?? argument));
  const model = parseModel(bytes);
  const estimates = COST_BOARDS.map((costBoard) => ({
    board: costBoard,
    millisecondsPerImage: estimateCost(model, costBoard).milliseconds,
  }));
  const made = toLibrary(bytes, { name, system, small, estimates: small ? [] : estimates });
  if (board !== undefined) requireRoom(made, board);
  const path = out ?? (system === undefined ? name : `${name}.zip`);
  if (system === undefined) await writeFolder(path, made.files);
  else await writeArchive(path, made);
  report(path, made, json);
}

/** Returns the last part of a path, without an ending of ours. */
function stem(path: string): string {
  const name = basename(resolve(path));
  return ['.bdm', '.zip'].includes(extname(name)) ? name.slice(0, -4) : name;
}

/** Writes a folder whole or not at all. */
async function writeFolder(path: string, files: ReadonlyMap<string, string>): Promise<void> {
  const whole = resolve(path);
  if (existsSync(whole)) {
    throw new UsageError(
      'output-exists',
      `${path} already exists; delete it, or choose another folder with --out.`,
      { received: path },
    );
  }
  await mkdir(dirname(whole), { recursive: true });
  const temporary = await mkdtemp(`${whole}.`);
  try {
    for (const [file, text] of files) {
      await mkdir(dirname(join(temporary, file)), { recursive: true });
      await writeFile(join(temporary, file), text);
    }
    // Temporary folders are private.
    await chmod(temporary, 0o777 & ~process.umask());
    await rename(temporary, whole);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** Writes an archive with one folder. */
async function writeArchive(path: string, { name, files }: CLibrary): Promise<void> {
  if (extname(path) !== '.zip') {
    throw new UsageError('unknown-ending', `Unknown file ending of ${path}; expected .zip with --for.`, {
      received: path,
      expected: '.zip',
    });
  }
  await writeOutput(path, zip(new Map(Array.from(files, ([file, text]) => [`${name}/${file}`, text]))));
}

function report(path: string, { name, files, arenaBytes, constantBytes }: CLibrary, json?: boolean): void {
  if (json) {
    printJson({ path, name, files: [...files.keys()], arenaBytes, constantBytes });
    return;
  }
  print(`${path}: the library ${name}, ${files.size} files`);
  print(`constants  ${formatNumber(constantBytes)} bytes of flash; the code comes on top`);
  print(`arena      ${formatNumber(arenaBytes)} bytes of RAM`);
}
