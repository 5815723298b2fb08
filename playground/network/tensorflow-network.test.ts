import { readFileSync } from 'node:fs';
import { encodeModel, type Graph, parseModel, referenceLogits } from '@bd-edge/sdk';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { graphs, random, randomImage } from '../../sdk/testing/random-graph.js';
import { tensorFlowNetwork } from './tensorflow-network.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const fixedPoint = (graph: Graph) =>
  graph.nodes.some((node) =>
    node.kind === 'max-pool'
      ? node.all.length === 0
      : node.kind === 'sum-pool' || node.epilogue.kind === 'fixed-point',
  );

test('of any network with nothing but bits between its layers: the logits of the reference, and nothing is left in memory', async () => {
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

test('fixed-point numbers are refused', () => {
  const [graph] = fc.sample(graphs.filter(fixedPoint), 1);
  expect(() => tensorFlowNetwork(tf, parseModel(encodeModel(graph)))).toThrow('fixed-point');
});
