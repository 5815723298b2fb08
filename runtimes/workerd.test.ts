import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { cases, expectedLogits } from './testing/cases.js';
import { startWorker, type Worker } from './testing/workerd.js';

let worker: Worker;
beforeAll(async () => {
  const project = inject('project');
  worker = await startWorker(join(project, 'workerd.js'), mkdtempSync(join(project, 'workerd-')));
});
afterAll(() => worker?.stop());

test.each(['simd', 'mvp'])('workerd: the logits of the reference from the %s build', async (build) => {
  const query = build === 'simd' ? '' : `?build=${build}`;
  const answer = await fetch(`${worker.url}/${query}`, { method: 'POST', body: JSON.stringify(cases) });
  expect(await answer.json()).toEqual({ builds: [build], logits: expectedLogits });
});
