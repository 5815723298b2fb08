/** Removal of an earlier run from the folder that a new run uses. Other files stay. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '@bd-edge/sdk/internal';
import { EVENT_FILE } from '../tensorboard/index.js';
import { PHASES, STAGES, trainingDirectory } from './stages.js';

/** These also match what is left if the process is killed during a write, and the file that macOS adds to folders. */
const MODEL = /^(model\.json|weights-[0-9a-f]{16}\.bin)(\.[\w-]+\.partial)?$|^\.DS_Store$/;
const TRAINING = /^(checkpoint\.safetensors|log\.json|log\.csv)(\.[\w-]+\.partial)?$|^\.DS_Store$/;

/** A folder of a run, and what it may contain. */
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
 * Checks that `removeRun` would remove nothing but files of a run.
 *
 * @param run a folder, which may not exist yet
 * @throws {UsageError} `foreign-file`, whose `received` is the path of a file that no run writes
 */
export async function checkRemovable(run: string): Promise<void> {
  for (const { folder, files, folders = [] } of foldersOf(run)) {
    for (const entry of await entriesOf(folder)) {
      const { name } = entry;
      const known = entry.isFile()
        ? files.test(name) || name === EVENT_FILE
        : folders.includes(name) && entry.isDirectory();
      if (known) continue;
      const path = join(folder, name);
      throw new UsageError(
        'foreign-file',
        `${path} does not belong to a run, and a run in ${run} would replace its folder; use another folder, or move the file.`,
        { received: path },
      );
    }
  }
}

/** What processes that were killed left in the folder of a run: parts of files of which a whole one may exist. */
const ROOT_PARTIAL = /^(run\.json|settings\.json|report\.html|run-[0-9a-f]{16}\.lock)(\.[\w-]+)?\.partial$/;
const PARTIAL = /\.[\w-]+\.partial$/;

/** Removes the parts of files that killed processes left. The caller holds the lock of the run. */
export async function removePartials(run: string): Promise<void> {
  const remove = async (folder: string, isPartial: (name: string) => boolean) => {
    for (const entry of await entriesOf(folder))
      if (entry.isFile() && isPartial(entry.name)) await rm(join(folder, entry.name), { force: true });
  };
  await remove(run, (name) => ROOT_PARTIAL.test(name));
  for (const { folder, files } of foldersOf(run))
    await remove(folder, (name) => files.test(name) && PARTIAL.test(name));
}

/** Removes an earlier run's models, checkpoints and logs. */
export async function removeRun(run: string): Promise<void> {
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
