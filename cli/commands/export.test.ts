/** `bd-edge export` as built, on models saved by the trainer. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseModel } from '@bd-edge/sdk';
import { decouple, Int8Conv2D, mnistNetwork, saveModel, selectBackend, tf } from '@bd-edge/trainer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bdEdge, bdEdgeWithoutRoom } from '../testing/command.js';

const folder = mkdtempSync(join(tmpdir(), 'bd-edge-export-'));

beforeAll(async () => {
  await selectBackend();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('coupled and decoupled models become buffers that agree with their graphs', async () => {
  const coupled = mnistNetwork(1);
  for (const [name, model] of [
    ['coupled', coupled],
    ['decoupled', decouple(coupled)],
  ] as const) {
    await saveModel(model, join(folder, name));
    const out = join(folder, `${name}.bdm`);
    const { status, stdout, stderr } = bdEdge(
      'export',
      join(folder, name),
      '-o',
      out,
      '--data',
      'mnist',
      '--json',
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      out,
      agreement: { images: 1000, activationsDiffering: 0, classesDiffering: 0 },
    });
    const parsed = parseModel(readFileSync(out));
    expect(report.fileBytes).toBe(parsed.fileBytes);
    expect(parsed.tensors.some((tensor) => tensor.planes === 2)).toBe(name === 'coupled');
    expect(parsed.metadata?.labels).toHaveLength(10);
  }
});

test.skipIf(process.platform === 'win32')('without room for a buffer the former one stays', async () => {
  const out = join(folder, 'former.bdm');
  writeFileSync(out, 'former');
  const trained = join(folder, 'large');
  await saveModel(mnistNetwork(1), trained);
  expect(bdEdgeWithoutRoom('export', trained, '-o', out)).toMatchObject({
    status: 4,
    stderr: expect.stringContaining(out),
  });
  expect(readFileSync(out, 'utf8')).toBe('former');
});

test('a layer without an integer form is named: code 4', async () => {
  const layers = [
    new Int8Conv2D({ filters: 2, kernelSize: 3, inputShape: [28, 28, 1] }),
    tf.layers.activation({ activation: 'relu', name: 'my_relu' }),
  ];
  await saveModel(tf.sequential({ layers }), join(folder, 'relu'));
  const { status, stderr } = bdEdge('export', join(folder, 'relu'));
  expect(status).toBe(4);
  expect(stderr).toContain('Layer "my_relu" (Activation) cannot be exported');
});

test('a folder without a model, or with half of one: code 4', () => {
  expect(bdEdge('export', join(folder, 'nowhere')).status).toBe(4);
  rmSync(join(folder, 'coupled', 'model.json'));
  expect(bdEdge('export', join(folder, 'coupled'))).toMatchObject({
    status: 4,
    stderr: expect.stringContaining('coupled'),
  });
});
