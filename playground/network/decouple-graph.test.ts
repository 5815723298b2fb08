import { readFileSync } from 'node:fs';
import { encodeModel, type Graph, parseModel, referenceRun } from '@bd-edge/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { graphs, random, randomImage } from '../../sdk/testing/random-graph.js';
import { bitsOf } from './bits.js';
import { decoupleGraph, isCoupled } from './decouple-graph.js';

/** Both networks' logits and the bits of every layer, as one value each. */
function everything(graph: Graph, image: Uint8Array) {
  const model = parseModel(encodeModel(graph));
  const { logits, layers } = referenceRun(model, image);
  return layers.map((layer, op) => {
    const tensor = model.tensors[op + 1];
    return tensor.type === 'bits' ? bitsOf(tensor, layer) : logits.length;
  });
}

test('of any coupled network: every bit of every layer, and every logit, is the same', () => {
  let coupled = 0;
  fc.assert(
    fc.property(graphs, fc.nat(), (graph, seed) => {
      const decoupled = decoupleGraph(graph);
      coupled += Number(isCoupled(graph));
      expect(isCoupled(decoupled)).toBe(false);
      const image = randomImage(random(seed), graph);
      const logits = (of: Graph) => [...referenceRun(parseModel(encodeModel(of)), image).logits];
      expect(logits(decoupled)).toEqual(logits(graph));
      expect(everything(decoupled, image)).toEqual(everything(graph, image));
    }),
    { numRuns: 60 },
  );
  expect(coupled).toBeGreaterThan(5);
});

test('the MNIST network becomes twice as heavy between its first and last layer', () => {
  const model = parseModel(readFileSync(new URL('../models/mnist-coupled.bdm', import.meta.url)));
  const decoupled = parseModel(encodeModel(decoupleGraph(model)));
  expect([isCoupled(model), isCoupled(decoupled)]).toEqual([true, false]);
  expect(decoupled.nodes.map((node) => ('weights' in node ? node.weights.length : 0))).toEqual(
    model.nodes.map((node, op) => ('weights' in node ? (op === 0 ? 1 : 2) * node.weights.length : 0)),
  );
});
