import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseModel } from '@bd-edge/sdk';
import { decouple, Int8Conv2D, mnistNetwork, saveModel, selectBackend, tf } from '@bd-edge/trainer';
import { beforeAll, expect, test } from 'vitest';
import { bdEdge, bdEdgeWithoutRoom, failure } from '../testing/command.js';
import { temporaryFolder } from '../testing/folder.js';

const folder = temporaryFolder();

beforeAll(async () => {
  await selectBackend();
});

test('exported models agree with the training graph, coupled and decoupled', async () => {
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

test.skipIf(process.platform === 'win32')('on a full disk the existing file stays', async () => {
  const out = join(folder, 'existing.bdm');
  writeFileSync(out, 'existing');
  const trained = join(folder, 'large');
  await saveModel(mnistNetwork(1), trained);
  expect(bdEdgeWithoutRoom('export', trained, '-o', out)).toMatchObject({
    status: 4,
    stderr: expect.stringContaining(out),
  });
  expect(readFileSync(out, 'utf8')).toBe('existing');
});

test('an unsupported layer is rejected', async () => {
  const layers = [
    new Int8Conv2D({ filters: 2, kernelSize: 3, inputShape: [28, 28, 1] }),
    tf.layers.activation({ activation: 'relu', name: 'my_relu' }),
  ];
  await saveModel(tf.sequential({ layers }), join(folder, 'relu'));
  expect(failure({}, 'export', join(folder, 'relu'))).toMatchObject({ code: 'not-exportable' });
  expect(bdEdge('export', join(folder, 'relu')).stderr).toContain('my_relu');
});

test('a folder without a model, or with a part of one, has exit code 4', () => {
  expect(failure({}, 'export', join(folder, 'nowhere'))).toMatchObject({ status: 4 });
  rmSync(join(folder, 'coupled', 'model.json'));
  expect(failure({}, 'export', join(folder, 'coupled'))).toMatchObject({ status: 4 });
});
