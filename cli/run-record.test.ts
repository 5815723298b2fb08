import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findTrainedModel, RunRecordError, UnfinishedRunError } from './run-record.js';

const folder = mkdtempSync(join(tmpdir(), 'bd-edge-run record-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a folder from elsewhere is taken as it is', async () => {
  const taken = { folder, record: undefined, stage: undefined };
  expect(await findTrainedModel(folder, 'coupled')).toEqual(taken);
  for (const file of ['settings.json', 'model.json']) writeFileSync(join(folder, file), '{}');
  expect(await findTrainedModel(folder, 'coupled')).toEqual(taken);
  for (const file of ['settings.json', 'model.json']) rmSync(join(folder, file));
});

test('a run that has not ended says how to go on with it; a network of it can be named', async () => {
  writeFileSync(join(folder, 'settings.json'), '{}');
  const found = findTrainedModel(folder, 'finetuned');
  await expect(found).rejects.toThrow(UnfinishedRunError);
  await expect(found).rejects.toThrow(
    `The training run in ${folder} has not ended; go on with: bd-edge train --resume --out '${folder}'`,
  );
  expect(await findTrainedModel(join(folder, 'coupled'), 'finetuned')).toMatchObject({ stage: 'coupled' });
});

test('a record that is none is named', async () => {
  writeFileSync(join(folder, 'run.json'), '{}');
  await expect(findTrainedModel(folder, 'coupled')).rejects.toThrow(RunRecordError);
});
