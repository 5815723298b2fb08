/** A run that begins in the folder of another one takes what that one left away, and nothing else. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '@bd-edge/sdk/internal';
import { EVENT_FILE } from '../tensorboard/index.js';
import { PHASES, STAGES, trainingDirectory } from './stages.js';

/** A folder in a run's place that holds what no run writes. */
export class ForeignFolderError extends UsageError {
  override readonly name = 'ForeignFolderError';
}

/** With what a kill in the middle of a file leaves, and what macOS puts into a folder that it shows. */
const MODEL = /^(model\.json|weights-[0-9a-f]{16}\.bin)(\.[\w-]+\.partial)?$|^\.DS_Store$/;
const TRAINING = /^(checkpoint\.bin|log\.json|log\.csv)(\.[\w-]+\.partial)?$|^\.DS_Store$/;

/** A folder of a run, and what may be in it. */
interface RunFolder {
  folder: string;
  files: RegExp;
  folders?: readonly string[];
}

const foldersOf = (run: string): RunFolder[] => [
  ...['teacher', ...STAGES].map((name) => ({ folder: join(run, name), files: MODEL })),
  ...PHASES.map((phase) => trainingDirectory(run, phase)).flatMap((training) => [
    { folder: training, files: TRAINING, folders: ['best', 'last'] },
    { folder: join(training, 'best'), files: MODEL },
    { folder: join(training, 'last'), files: MODEL },
  ]),
];

/**
 * Looks whether `forgetRun` would take away a run's own files only.
 *
 * @param run a folder, which does not have to exist
 * @throws ForeignFolderError naming what lies where a run would have its models and trainings
 */
export async function checkForgettable(run: string): Promise<void> {
  for (const { folder, files, folders = [] } of foldersOf(run)) {
    for (const entry of await entriesOf(folder)) {
      const { name } = entry;
      const known = entry.isFile()
        ? files.test(name) || name === EVENT_FILE
        : folders.includes(name) && entry.isDirectory();
      if (known) continue;
      throw new ForeignFolderError(
        `${join(folder, name)} is not from a run, and a run in ${run} would replace the folder that it is in; name another folder, or move it away.`,
      );
    }
  }
}

/** Nothing of an earlier run in the folder can be taken for the next one's, or be gone on from. */
export async function forgetRun(run: string): Promise<void> {
  for (const { folder } of foldersOf(run)) await rm(folder, { recursive: true, force: true });
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
