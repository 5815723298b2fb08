import { readFileSync } from 'node:fs';
import { encodeModel, type Graph, parseModel, referenceRun } from '@bd-edge/sdk/internal';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { graphs, random, randomImage } from '../../sdk/testing/random-graph.js';
import { bitsOf } from './bits.js';
import { decoupleGraph, isCoupled } from './decouple-graph.js';

/** Returns the bits of every layer and the number of logits. */
function everything(graph: Graph, image: Uint8Array) {
  const model = parseModel(encodeModel(graph));
  const { logits, layers } = referenceRun(model, image);
  return layers.map((layer, op) => {
    const tensor = model.tensors[op + 1];
    return tensor.type === 'bits' ? bitsOf(tensor, layer) : logits.length;
  });
}

test('keeps every bit of every op and every logit, for any coupled network', () => {
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

test('doubles the weights between the first and the last op of the MNIST network', () => {
  const model = parseModel(readFileSync(new URL('../models/mnist-coupled.bdm', import.meta.url)));
  const decoupled = parseModel(encodeModel(decoupleGraph(model)));
  expect([isCoupled(model), isCoupled(decoupled)]).toEqual([true, false]);
  expect(decoupled.ops.map((op) => ('weights' in op ? op.weights.length : 0))).toEqual(
    model.ops.map((op, index) => ('weights' in op ? (index === 0 ? 1 : 2) * op.weights.length : 0)),
  );
});
