import { DeviceError } from '@bd-edge/sdk/internal';
import { requireNode } from '../transports/require-node.js';

/** A drive that a board shows while its boot loader runs. */
export interface Uf2Drive {
  /** The folder of the drive. */
  path: string;
  /** The chip, such as `RPI-RP2`. */
  boardId: string;
}

/** The file that every boot loader with UF2 shows. */
const INFO_FILE = 'INFO_UF2.TXT';

/** Returns the drive of a folder, or undefined if it is not the drive of a boot loader. */
export async function readUf2Drive(path: string): Promise<Uf2Drive | undefined> {
  const { readFile } = requireNode('node:fs', 'Flashing a board').promises;
  const { join } = requireNode('node:path', 'Flashing a board');
  const text = await readFile(join(path, INFO_FILE), 'utf8').catch(() => undefined);
  const boardId = text && /^Board-ID:[ \t]*(\S+)/im.exec(text)?.[1];
  return boardId ? { path, boardId } : undefined;
}

/**
 * Finds the drives of boards in their boot loader.
 *
 * @param folders where to look. Default: where this system shows drives
 */
export async function findUf2Drives(folders?: readonly string[]): Promise<Uf2Drive[]> {
  const places = folders ?? (await mountPoints());
  const drives = await Promise.all(places.map(readUf2Drive));
  return drives.filter((drive) => drive !== undefined);
}

/**
 * Chooses the drive of one kind of board.
 *
 * @param boardId its id in INFO_UF2.TXT
 * @param advice a sentence on how to get such a drive
 * @throws {DeviceError} `no-drive`, `several-drives`, or `other-board` if there are drives of other boards only
 */
export function chooseDrive(drives: readonly Uf2Drive[], boardId: string, advice: string): Uf2Drive {
  const fitting = drives.filter((drive) => drive.boardId === boardId);
  const list = (drives: readonly Uf2Drive[]) =>
    drives.map(({ path, boardId }) => `${path} (${boardId})`).join(' and ');
  if (fitting.length === 1) return fitting[0];
  if (fitting.length > 1) {
    const message = `Found ${fitting.length} drives: ${list(fitting)}; choose one with --drive.`;
    throw new DeviceError('several-drives', message);
  }
  if (drives.length > 0) {
    const message = `Found ${list(drives)}; expected the drive of another board, ${boardId}. ${advice}`;
    throw new DeviceError('other-board', message, { port: drives[0].path });
  }
  throw new DeviceError('no-drive', `Found no drive of a board. ${advice}`);
}

/** Returns the folders at which this system shows drives. */
async function mountPoints(): Promise<string[]> {
  const { readFile, readdir } = requireNode('node:fs', 'Flashing a board').promises;
  if (process.platform === 'win32')
    return Array.from({ length: 24 }, (_, i) => `${String.fromCharCode(67 + i)}:\\`); // C: to Z:
  if (process.platform === 'darwin')
    return (await readdir('/Volumes').catch(() => [])).map((name) => `/Volumes/${name}`);
  return mountPointsOf(await readFile('/proc/self/mounts', 'utf8').catch(() => ''));
}

/** Returns the FAT file systems in a list of mounts of Linux: device, folder, type, options. */
export function mountPointsOf(mounts: string): string[] {
  return mounts
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , type]) => type === 'vfat' || type === 'msdos')
    .map(([, folder]) =>
      folder.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))),
    );
}
