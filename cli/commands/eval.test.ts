import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeModel } from '@bd-edge/sdk';
import { expect, test } from 'vitest';
import { random, randomGraph } from '../../sdk/testing/random-graph.js';
import { bdEdge, failure, json } from '../testing/command.js';
import { temporaryFolder } from '../testing/folder.js';
import { mnistNetwork } from '../testing/models.js';

const folder = temporaryFolder();

test('the wasm engine and the reference have the same accuracy', () => {
  const model = join(folder, 'model.bdm');
  writeFileSync(model, mnistNetwork(1));
  const [wasm, reference] = ['wasm', 'reference'].map((engine) =>
    json(bdEdge('eval', model, '--data', 'mnist', '--limit', '300', '--engine', engine, '--json')),
  );
  expect(wasm).toEqual({ data: 'mnist', images: 300, accuracy: expect.any(Number), engine: 'wasm' });
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
