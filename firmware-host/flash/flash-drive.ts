import type { FileHandle } from 'node:fs/promises';
import { DeviceError } from '@bd-edge/sdk/internal';
import { requireNode } from '../transports/require-node.js';
import { readUf2Drive, type Uf2Drive } from './drives.js';

export interface FlashOptions {
  /** Called with the number of bytes that were written. */
  onProgress?: (done: number) => void;
  signal?: AbortSignal;
  /** Creates the file. Default: in the file system */
  create?: (path: string) => Promise<Pick<FileHandle, 'write' | 'sync' | 'close'>>;
}

/** Bytes between two reports of progress. */
const PIECE_BYTES = 16384;

/**
 * Copies an image to the drive of a board. After the last block the board restarts, and its drive disappears.
 *
 * @throws {DeviceError} `drive-lost` if the drive disappears before the last byte is written
 * @throws the error of the file system if it fails otherwise, such as ENOSPC; the incomplete file is removed
 */
export async function flashDrive(
  drive: Uf2Drive,
  image: Uint8Array,
  options: FlashOptions = {},
): Promise<void> {
  const { open, rm } = requireNode('node:fs', 'Flashing a board').promises;
  const { join } = requireNode('node:path', 'Flashing a board');
  const { onProgress = () => {}, signal, create = (path) => open(path, 'w') } = options;
  const path = join(drive.path, 'firmware.uf2');
  let done = 0;
  try {
    const file = await create(path);
    try {
      while (done < image.length) {
        signal?.throwIfAborted();
        const { bytesWritten } = await file.write(image.subarray(done, done + PIECE_BYTES));
        done += bytesWritten;
        onProgress(done);
      }
      // The bytes may still be in the cache of the system: a drive that disappears now has most likely restarted.
      await unlessGone(drive, file.sync());
    } finally {
      await unlessGone(drive, file.close());
    }
  } catch (error) {
    if (await isGone(drive)) {
      const message =
        `${drive.path} disappeared after ${done} of ${image.length} bytes; connect the board again, ` +
        'with another cable if this repeats.';
      throw new DeviceError('drive-lost', message, { port: drive.path, cause: error });
    }
    await rm(path, { force: true }).catch(() => {});
    throw error;
  }
}

/** Ignores an error if the drive has disappeared. */
async function unlessGone(drive: Uf2Drive, operation: Promise<void>): Promise<void> {
  try {
    await operation;
  } catch (error) {
    if (!(await isGone(drive))) throw error;
  }
}

const isGone = async ({ path }: Uf2Drive): Promise<boolean> => (await readUf2Drive(path)) === undefined;
