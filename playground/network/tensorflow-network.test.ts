import { readFileSync } from 'node:fs';
import { encodeModel, type Graph, parseModel, referenceLogits } from '@bd-edge/sdk/internal';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { graphs, random, randomImage } from '../../sdk/testing/random-graph.js';
import * as tf from './tensorflow.js';
import { tensorFlowNetwork } from './tensorflow-network.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const fixedPoint = (graph: Graph) =>
  graph.ops.some((op) =>
    op.kind === 'max-pool'
      ? op.andMask.length === 0
      : op.kind === 'sum-pool' || op.epilogue.kind === 'fixed-point',
  );

test('gives the logits of the reference for any network with only bits between its ops, and frees its memory', async () => {
  await fc.assert(
    fc.asyncProperty(
      graphs.filter((graph) => !fixedPoint(graph)),
      fc.nat(),
      async (graph, seed) => {
        const before = tf.memory().numTensors;
        const model = parseModel(encodeModel(graph));
        const image = randomImage(random(seed), graph);
        const network = tensorFlowNetwork(tf, model);
        expect(await network.run(image)).toEqual(referenceLogits(model, image));
        network.dispose();
        expect(tf.memory().numTensors).toBe(before);
      },
    ),
    { numRuns: 40 },
  );
});

test.each(['mnist', 'mnist-coupled'])('%s', async (name) => {
  const model = parseModel(readFileSync(new URL(`../models/${name}.bdm`, import.meta.url)));
  const image = new Uint8Array(readFileSync(new URL('../models/digits.u8', import.meta.url))).subarray(
    0,
    784,
  );
  expect(await tensorFlowNetwork(tf, model).run(image)).toEqual(referenceLogits(model, image));
});

test('rejects fixed-point numbers', () => {
  const [graph] = fc.sample(graphs.filter(fixedPoint), 1);
  expect(() => tensorFlowNetwork(tf, parseModel(encodeModel(graph)))).toThrow('fixed-point');
});
