import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { PortInfo } from '@bd-edge/host';
import { DeviceError } from '@bd-edge/sdk/internal';
import { Argument, Command, Option } from 'commander';
import { describeBoard } from '../find-board.js';
import { type Host, loadHost } from '../host.js';
import { readInput } from '../options/input-file.js';
import { jsonOption, nonNegativeInteger } from '../options/options.js';
import { interruptSignal } from '../terminal/interrupt.js';
import { formatNumber, print, printJson } from '../terminal/output.js';
import { printableLine } from '../terminal/printable.js';
import { progressBar } from '../terminal/progress.js';

/** The id of a Pico's drive, and its name. */
const BOARD_ID = 'RPI-RP2';

export const flash = new Command('flash')
  .description('copy the firmware to a board that shows itself as a drive')
  .addArgument(new Argument('<board>', 'board').choices(['pico']))
  .addOption(new Option('--drive <folder>', 'drive of the board (default: the only one that is found)'))
  .addOption(new Option('--firmware <file.uf2>', 'firmware image (default: the bundled one)'))
  .addOption(
    new Option('--wait <seconds>', "time for the board's serial port to appear; 0 does not wait")
      .argParser(nonNegativeInteger)
      .default(10),
  )
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge flash pico\n  $ bd-edge flash pico --drive /media/me/RPI-RP2',
  )
  .action(run);

interface Options {
  drive?: string;
  firmware?: string;
  wait: number;
  json?: boolean;
}

async function run(board: string, options: Options): Promise<void> {
  const signal = interruptSignal();
  const host = await loadHost();
  const path = options.firmware ?? (await host.firmwareImage(board, 'firmware.uf2'));
  const image = await readInput(path);
  host.requireUf2(image, host.RP2040_FAMILY, path);
  const drive = await findDrive(host, options.drive);
  const before = options.wait > 0 ? await boardsOf(host) : [];

  const progress = progressBar(`flash ${board}`);
  await host
    .flashDrive(drive, image, { signal, onProgress: (done) => progress.update(done, image.length) })
    .finally(() => progress.stop());
  if (!options.json)
    print(`${formatNumber(image.length)} bytes copied to ${printableLine(drive.path)}; the board restarts`);

  const found = options.wait > 0 ? await waitForBoard(host, before, options.wait, signal) : undefined;
  if (options.json) {
    printJson({ bytes: image.length, drive: drive.path, port: found?.path ?? null });
  } else if (found !== undefined) {
    print(`board: ${describeBoard(found)}`);
    print('Next: bd-edge deploy mnist-8k');
  }
}

/** @throws {DeviceError} what `chooseDrive` throws */
async function findDrive(host: Host, folder: string | undefined) {
  if (folder === undefined) return host.chooseDrive(await host.findUf2Drives(), BOARD_ID, advice());
  const drive = await host.readUf2Drive(folder);
  return host.chooseDrive(drive === undefined ? [] : [drive], BOARD_ID, advice());
}

/** Returns how to get the drive. Linux without a desktop does not mount it. */
function advice(): string {
  const device = `/dev/disk/by-label/${BOARD_ID}`;
  if (existsSync(device)) return `Mount it first: udisksctl mount -b ${device}`;
  return 'Hold the BOOTSEL button of the Pico while you plug it in, and try again when its drive appears.';
}

const boardsOf = async (host: Host): Promise<PortInfo[]> =>
  (await host.listPorts()).ports.filter(({ board }) => board !== undefined);

/** The interval between two looks at the ports. */
const POLL_MS = 250;

/**
 * Waits for a board that was not there before.
 *
 * @throws {DeviceError} `board-not-found` after the time
 */
async function waitForBoard(
  host: Host,
  before: readonly PortInfo[],
  seconds: number,
  signal: AbortSignal,
): Promise<PortInfo> {
  for (let waited = 0; waited < seconds * 1000; waited += POLL_MS) {
    await setTimeout(POLL_MS, undefined, { signal });
    const boards = await boardsOf(host);
    const added = boards.find(({ path }) => before.every((other) => other.path !== path));
    if (added !== undefined) return added;
  }
  throw new DeviceError(
    'board-not-found',
    `The firmware was copied, but no board appeared within ${seconds} s; plug the board in again without BOOTSEL, ` +
      'and run `bd-edge ports`.',
  );
}
