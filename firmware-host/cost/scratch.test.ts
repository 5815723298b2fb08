import { readFileSync } from 'node:fs';
import { memoryRequirement, memoryWithoutWeights, parseModel } from '@bd-edge/sdk/internal';
import { expect, test } from 'vitest';
import { scratchReport } from './scratch.js';

const model = parseModel(
  new Uint8Array(readFileSync(new URL('../../models/mnist-8k/model.bdm', import.meta.url))),
);

test.each(['pico', 'mps2-an500', 'nrf51822'])('on %s, no op is slower with enough memory', (board) => {
  const report = scratchReport(model, 200_000, false, board);
  expect(report).toMatchObject({ slowerOps: [], slowdown: 1 });
  expect(report.bytes).toBeGreaterThan(report.usefulBytes);
});

test('with the least memory, the binary ops with large windows are slower', () => {
  const report = scratchReport(model, memoryWithoutWeights(model), true, 'pico');
  expect(report.slowerOps).toEqual(expect.arrayContaining([1, 2]));
  expect(report.slowdown).toBeGreaterThan(1.2);
  const more = scratchReport(model, memoryWithoutWeights(model) + 3000, true, 'pico');
  expect(more.slowdown).toBeLessThan(report.slowdown ?? 0);
});

test('an unknown board has slower ops, but no estimate', () => {
  const report = scratchReport(model, memoryRequirement(model, 'board'), false, 'other');
  expect(report.slowerOps).toContain(1);
  expect(report.slowdown).toBeUndefined();
});
