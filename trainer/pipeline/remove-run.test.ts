import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { rejection } from '../../sdk/testing/throws.js';
import { EVENT_FILE } from '../tensorboard/index.js';
import { checkRemovable, removePartials, removeRun } from './remove-run.js';

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

it('removes models and trainings, finished or killed, and leaves other files', async () => {
  const weights = 'weights-0123456789abcdef.bin';
  await put(
    ...['coupled', 'teacher', 'coupled-training/best', 'finetuned-training/last'].flatMap((folder) => [
      `${folder}/model.json`,
      `${folder}/${weights}`,
      `${folder}/${weights}.123-89abcdef.partial`,
    ]),
    'teacher-training/checkpoint.safetensors.123-89abcdef.partial',
    'finetuned-training/log.csv',
    `coupled/${EVENT_FILE}`,
    'decoupled/.DS_Store',
    'model.bdm',
    'notes/coupled/mine.txt',
  );
  await checkRemovable(run);
  await removeRun(run);
  expect((await readdir(run)).sort()).toEqual(['model.bdm', 'notes']);
});

it('accepts a folder that does not exist yet', async () => {
  await checkRemovable(join(run, 'new'));
});

it.each([
  'teacher/notes.txt',
  'coupled/best/model.json',
  'coupled/model.json/mine',
  'finetuned/weights-mine.bin',
  'coupled-training/model.json',
  'coupled-training/last/notes.txt',
])('rejects %s', async (file) => {
  await put(file);
  const error = await rejection(checkRemovable(run));
  expect(error).toMatchObject({ name: 'UsageError', code: 'foreign-file' });
});

it('removes parts of files that killed processes left, and nothing else', async () => {
  const parts = [
    'run.json.12-0123456789abcdef.partial',
    'run-0123456789abcdef.lock.partial',
    'coupled/model.json.12-89abcdef.partial',
    'coupled-training/checkpoint.safetensors.12-89abcdef.partial',
    'finetuned-training/last/weights-0123456789abcdef.bin.12-89abcdef.partial',
  ];
  const kept = ['run.json', 'notes.12-89abcdef.partial', 'coupled/model.json', 'coupled-training/log.csv'];
  await put(...parts, ...kept);
  await removePartials(run);
  const left = await readdir(run, { recursive: true });
  for (const file of parts) expect(left).not.toContain(join(...file.split('/')));
  for (const file of kept) expect(left).toContain(join(...file.split('/')));
});
