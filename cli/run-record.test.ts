import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { rejection } from '../sdk/testing/throws.js';
import { bestStage, findTrainedModel } from './run-record.js';

const folder = mkdtempSync(join(tmpdir(), 'bd-edge-run record-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a folder without a run is a model', async () => {
  const found = { folder, record: undefined, stage: undefined };
  expect(await findTrainedModel(folder, 'coupled')).toEqual(found);
  for (const file of ['settings.json', 'model.json']) writeFileSync(join(folder, file), '{}');
  expect(await findTrainedModel(folder, 'coupled')).toEqual(found);
  for (const file of ['settings.json', 'model.json']) rmSync(join(folder, file));
});

test('an unfinished run is rejected, unless one of its networks is named', async () => {
  writeFileSync(join(folder, 'settings.json'), '{}');
  expect(await rejection(findTrainedModel(folder, 'finetuned'))).toMatchObject({
    code: 'unfinished-run',
    path: folder,
    message: expect.stringContaining(`bd-edge train --resume --out '${folder}'`),
  });
  expect(await findTrainedModel(join(folder, 'coupled'), 'finetuned')).toMatchObject({ stage: 'coupled' });
});

test('a damaged record is rejected', async () => {
  writeFileSync(join(folder, 'run.json'), '{}');
  expect(await rejection(findTrainedModel(folder, 'coupled'))).toMatchObject({ code: 'invalid-run-record' });
});

test('the best network is that on validation images; of equals the smallest', () => {
  const stages = (coupled: number, decoupled: number, finetuned: number) => ({
    coupled: { validationAccuracy: coupled },
    decoupled: { validationAccuracy: decoupled },
    finetuned: { validationAccuracy: finetuned },
  });
  expect(bestStage(stages(0.9, 0.9, 0.91))).toBe('finetuned');
  expect(bestStage(stages(0.9, 0.9, 0.9))).toBe('coupled');
  expect(bestStage(stages(0.9, 0.9, 0.7))).toBe('coupled');
  // Records of earlier versions do not tell.
  expect(bestStage({ ...stages(0.9, 0.9, 0.9), coupled: {} })).toBeUndefined();
});
