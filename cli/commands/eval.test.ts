import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { encodeModel } from '@bd-edge/sdk';
import { expect, test } from 'vitest';
import { random, randomGraph } from '../../sdk/testing/random-graph.js';
import { bdEdge, command, failure, json } from '../testing/command.js';
import { temporaryFolder } from '../testing/folder.js';
import { mnistNetwork } from '../testing/models.js';

const folder = temporaryFolder();

test('the wasm engine and the reference have the same accuracy', () => {
  const model = join(folder, 'model.bdm');
  writeFileSync(model, mnistNetwork(1));
  const [wasm, reference] = ['wasm', 'reference'].map((engine) =>
    json(bdEdge('eval', model, '--data', 'mnist', '--limit', '300', '--engine', engine, '--json')),
  );
  expect(wasm).toMatchObject({
    data: 'mnist',
    part: 'test',
    images: 300,
    accuracy: expect.any(Number),
    engine: 'wasm',
  });
  expect(reference.accuracy).toBe(wasm.accuracy);
});

test('a bundled model runs on the dataset in its metadata', () => {
  const { accuracy, data } = json(bdEdge('eval', 'mnist-8k', '--limit', '200', '--json'));
  expect(data).toBe('mnist');
  expect(accuracy).toBeGreaterThan(0.95);
});

test('a network for other images is rejected', () => {
  const tiny = join(folder, 'tiny.bdm');
  writeFileSync(tiny, encodeModel(randomGraph(random(1), 1)));
  expect(failure({}, 'eval', tiny, '--data', 'mnist')).toMatchObject({ status: 4 });
  expect(failure({}, 'eval', tiny, '--data', 'nothing')).toEqual({ status: 2, code: 'unknown-dataset' });
});

test.skipIf(process.platform === 'win32')('stops at Ctrl-C in the middle of an image', async () => {
  const slow = join(folder, 'slow.bdm');
  const window = { strideY: 1, strideX: 1, paddingTop: 0, paddingLeft: 0 };
  const sum = { kind: 'sum' as const, bias: new Int32Array(1) };
  const [side, kernel, padding] = [28 + 2 * 200 - 200, 201, 200];
  writeFileSync(
    slow,
    encodeModel({
      input: { height: 28, width: 28, channels: 1 },
      ops: [
        {
          kind: 'int8-convolution',
          input: 0,
          window: {
            ...window,
            kernelHeight: kernel,
            kernelWidth: kernel,
            paddingTop: padding,
            paddingLeft: padding,
          },
          outputHeight: side,
          outputWidth: side,
          filters: 1,
          weights: new Int8Array(kernel ** 2).fill(1),
          epilogue: sum,
        },
      ],
      outputScale: 1,
    }),
  );
  const child = spawn(process.execPath, [command, 'eval', slow, '--data', 'mnist', '--engine', 'reference']);
  const ended = once(child, 'close');
  await setTimeout(4000);
  const start = performance.now();
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
  expect(performance.now() - start).toBeLessThan(2000);
});
