import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as layout from '../../assembly/layout.js';
import { reseal } from '../testing/mutations.js';
import { graphs, random, randomGraph } from '../testing/random-graph.js';
import { codeOf, thrown } from '../testing/throws.js';
import { encodeModel } from './encode.js';
import { ModelError } from './model-error.js';
import { parseModel } from './parse.js';

test('an encoded graph parses to the same graph', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const { input, ops, outputScale, metadata } = parseModel(encodeModel(graph));
      deepStrictEqual({ input, ops, outputScale, metadata }, graph);
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

test('a file with any flipped bit is rejected, except in the minor version', () => {
  const bytes = encodeModel(randomGraph(random(2), 1));
  const isMinorVersion = (bit: number) => bit >> 4 === 3;
  fc.assert(
    fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
      fc.pre(!isMinorVersion(bit));
      const flipped = bytes.slice();
      flipped[bit >> 3] ^= 1 << (bit & 7);
      expect(() => parseModel(flipped)).toThrow(ModelError);
    }),
  );
});

test('an error has the code and number of the rule, and the op', () => {
  const bytes = encodeModel(randomGraph(random(3), 2));
  expect(codeOf(() => parseModel(bytes.subarray(0, 50)))).toBe('truncated');
  expect(codeOf(() => parseModel(bytes.subarray(0, bytes.length - 1)))).toBe('truncated');
  expect(codeOf(() => parseModel(new Uint8Array([...bytes, 0])))).toBe('wrong-file-size');
  expect(thrown(() => parseModel(new Uint8Array(200)))).toMatchObject({
    code: 'wrong-magic',
    number: layout.INVALID_MAGIC,
    op: undefined,
  });

  const view = new DataView(bytes.buffer);
  const second = view.getUint32(layout.HEADER_SECTIONS, true) + layout.OP_BYTES;
  bytes[second + layout.OP_OPCODE] = 77;
  expect(thrown(() => parseModel(reseal(bytes)))).toMatchObject({
    code: 'unknown-opcode',
    number: layout.INVALID_OPCODE,
    op: 1,
  });
});

test.each([
  ['not UTF-8', [0xff, 0x7d]],
  ['not JSON', [...Buffer.from('{]')]],
  ['an array', [...Buffer.from('[]')]],
  ['null', [...Buffer.from('null')]],
  ['behind a byte order mark', [0xef, 0xbb, 0xbf, ...Buffer.from('{}')]],
])('metadata that is %s is refused', (_, metadata) => {
  const graph = randomGraph(random(4), 0);
  const bytes = encodeModel({ ...graph, metadata: { name: 'a name' } });
  const view = new DataView(bytes.buffer);
  const entry = layout.HEADER_SECTIONS + 8 * layout.SECTION_METADATA;
  bytes.set(metadata, view.getUint32(entry, true));
  view.setUint32(entry + 4, metadata.length, true);
  expect(codeOf(() => parseModel(reseal(bytes)))).toBe('invalid-metadata');
});

test('a max-pool without a mask needs a parameter offset in its section too', () => {
  const window = { kernelHeight: 1, kernelWidth: 1, strideY: 1, strideX: 1, paddingTop: 0, paddingLeft: 0 };
  const place = { window, outputHeight: 1, outputWidth: 1 };
  const bytes = encodeModel({
    input: { height: 1, width: 1, channels: 1 },
    ops: [
      { kind: 'max-pool', input: 0, ...place, andMask: new Uint8Array() },
      {
        kind: 'sum-pool',
        input: 1,
        ...place,
        filters: 1,
        epilogue: { kind: 'sum', bias: new Int32Array(1) },
      },
    ],
    outputScale: 1,
  });
  const view = new DataView(bytes.buffer);
  const field = view.getUint32(layout.HEADER_SECTIONS, true) + layout.OP_PARAMETERS;
  for (const offset of [0, view.getUint32(field, true) + 2, bytes.length]) {
    const changed = bytes.slice();
    new DataView(changed.buffer).setUint32(field, offset, true);
    expect(thrown(() => parseModel(reseal(changed)))).toMatchObject({ code: 'invalid-parameters', op: 0 });
  }
});
