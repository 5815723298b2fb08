import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as layout from '../../assembly/layout.js';
import { reseal } from '../testing/mutations.js';
import { graphs, random, randomGraph } from '../testing/random-graph.js';
import { encodeModel } from './encode.js';
import { ModelError } from './model-error.js';
import { parseModel } from './parse.js';

test('what was encoded parses to the same graph', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const { input, nodes, outputScale, metadata } = parseModel(encodeModel(graph));
      deepStrictEqual({ input, nodes, outputScale, metadata }, graph);
    }),
  );
});

test('a buffer may lie at any address, and be a Node Buffer', () => {
  const bytes = encodeModel(randomGraph(random(1), 2));
  expect(parseModel(Buffer.from(bytes))).toEqual(parseModel(bytes));
  const shifted = new Uint8Array(bytes.length + 1).subarray(1);
  shifted.set(bytes);
  expect(parseModel(shifted)).toEqual(parseModel(bytes));
});

test('every bit of the file is covered: flipping one is refused', () => {
  const bytes = encodeModel(randomGraph(random(2), 1));
  fc.assert(
    fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
      const flipped = bytes.slice();
      flipped[bit >> 3] ^= 1 << (bit & 7);
      expect(() => parseModel(flipped)).toThrow(ModelError);
    }),
  );
});

test('an error says what is wrong and where', () => {
  const bytes = encodeModel(randomGraph(random(3), 2));
  expect(() => parseModel(bytes.subarray(0, 50))).toThrow('The model is cut short');
  expect(() => parseModel(bytes.subarray(0, bytes.length - 1))).toThrow('The model is cut short');
  expect(() => parseModel(new Uint8Array(200))).toThrow('does not start with "BDM"');

  const view = new DataView(bytes.buffer);
  const second = view.getUint32(layout.HEADER_SECTIONS, true) + layout.OP_BYTES;
  bytes[second + layout.OP_OPCODE] = 77;
  expect(() => parseModel(reseal(bytes))).toThrow('Layer 1 of the model has an unknown opcode');
});

test('metadata that is not JSON is refused', () => {
  const bytes = encodeModel(randomGraph(random(4), 0));
  const metadata = new DataView(bytes.buffer).getUint32(
    layout.HEADER_SECTIONS + 8 * layout.SECTION_METADATA,
    true,
  );
  bytes[metadata] = 0xff;
  expect(() => parseModel(reseal(bytes))).toThrow('metadata');
});
