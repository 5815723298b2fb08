import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { UsageError } from '@bd-edge/sdk/internal';
import { hasSettings } from './train-settings.js';

/**
 * Checks that a run does not change the classes of a folder of images: neither the folder itself, nor one of its folders
 * becomes a run. A new folder in it is accepted, since readers of the data leave runs out.
 *
 * @throws {UsageError} code `out-in-data`
 */
export function requireOutsideData(out: string, data: string): void {
  const [run, images] = [out, data].map(realPathOf);
  const isInside = run === images || run.startsWith(images + sep);
  if (!isInside || !existsSync(run) || (run !== images && isRunOrEmpty(run))) return;
  throw new UsageError(
    'out-in-data',
    `The run would be mixed with the training images in ${out}; choose a folder outside of ${data} with --out.`,
    { received: out },
  );
}

/**
 * Checks that a folder for curves does not become a class.
 *
 * @throws {UsageError} code `out-in-data`
 */
export function requireCurvesOutsideData(curves: string, out: string, data: string): void {
  const [folder, run, images] = [curves, out, data].map(realPathOf);
  if (!`${folder}${sep}`.startsWith(images + sep) || folder.startsWith(run + sep)) return;
  throw new UsageError(
    'out-in-data',
    `${curves} is inside of the training images, and would be a class; choose a folder outside of ${data} with --tensorboard.`,
    { received: curves },
  );
}

function isRunOrEmpty(folder: string): boolean {
  return (
    hasSettings(folder) ||
    existsSync(join(folder, 'compare.json')) ||
    readdirSync(folder).every((name) => name.startsWith('.'))
  );
}

/** Returns a path without links, also if its last parts do not exist yet. */
function realPathOf(path: string): string {
  const absolute = resolve(path);
  if (existsSync(absolute)) return realpathSync(absolute);
  const parent = dirname(absolute);
  return parent === absolute ? absolute : join(realPathOf(parent), basename(absolute));
}
