import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EVENT_FILE } from '../tensorboard/index.js';
import { checkRemovable, ForeignFolderError, removeRun } from './remove-run.js';

let run: string;
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'bd-edge-'));
});
afterEach(() => rm(run, { recursive: true }));

async function put(...files: string[]): Promise<void> {
  for (const file of files) {
    await mkdir(dirname(join(run, file)), { recursive: true });
    await writeFile(join(run, file), '');
  }
}

it('takes away models and trainings, finished or killed, and leaves what lies beside them', async () => {
  const weights = 'weights-0123456789abcdef.bin';
  await put(
    ...['coupled', 'teacher', 'coupled-training/best', 'finetune-training/last'].flatMap((folder) => [
      `${folder}/model.json`,
      `${folder}/${weights}`,
      `${folder}/${weights}.123-89abcdef.partial`,
    ]),
    'teacher-training/checkpoint.bin.123-89abcdef.partial',
    'finetune-training/log.csv',
    `coupled/${EVENT_FILE}`,
    'decoupled/.DS_Store',
    'model.bdm',
    'notes/coupled/mine.txt',
  );
  await checkRemovable(run);
  await removeRun(run);
  expect((await readdir(run)).sort()).toEqual(['model.bdm', 'notes']);
});

it('has nothing to say of a folder that is not there yet', async () => {
  await checkRemovable(join(run, 'new'));
});

it.each([
  'teacher/notes.txt',
  'coupled/best/model.json',
  'coupled/model.json/mine',
  'finetuned/weights-mine.bin',
  'coupled-training/model.json',
  'coupled-training/last/notes.txt',
])('refuses to take away %s', async (file) => {
  await put(file);
  await expect(checkRemovable(run)).rejects.toThrow(ForeignFolderError);
  await expect(checkRemovable(run)).rejects.toThrow('name another folder, or move it away');
});
