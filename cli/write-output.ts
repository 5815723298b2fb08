import { fstatSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFileWhole } from '@bd-edge/sdk/internal/files';

/** The argument that stands for standard output. */
const STANDARD_OUTPUT = '-';

/**
 * Returns whether a command that writes this file writes to its own standard output: `-`, `/dev/stdout`, or another name
 * of it. The summary then belongs on standard error.
 */
export function isStandardOutput(path: string): boolean {
  if (path === STANDARD_OUTPUT) return true;
  if (!/^\/(dev|proc)\//.test(path)) return false;
  try {
    const [named, own] = [statSync(path), fstatSync(1)];
    return named.dev === own.dev && named.ino === own.ino;
  } catch {
    return false;
  }
}

/**
 * Writes a file of results. Its folder is created if it does not exist.
 *
 * @throws what `writeFileWhole` throws
 */
export async function writeOutput(path: string, data: string | Uint8Array): Promise<void> {
  if (isStandardOutput(path)) {
    await new Promise<void>((resolve) => process.stdout.write(data, () => resolve()));
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  await writeFileWhole(path, data, { special: true });
}
