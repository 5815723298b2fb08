import { expect, test } from 'vitest';
import * as layout from '../../assembly/layout.js';
import { encodeModel } from '../format/encode.js';
import { parseModel } from '../format/parse.js';
import { referenceLogits } from '../reference/reference.js';
import { boardEngine } from '../testing/board-engine.js';
import { reseal } from '../testing/mutations.js';
import { random, randomGraph, randomImage } from '../testing/random-graph.js';
import { codeOf, thrown } from '../testing/throws.js';
import { Engine } from './engine.js';
import { engineWasm } from './wasm.js';

const MINOR = 0x10000;
const graph = randomGraph(random(7), 3);
const image = randomImage(random(8), graph);
const bytes = encodeModel(graph);
const logits = referenceLogits(parseModel(bytes), image);

/**
 * Rewrites a file as a newer minor version could write it (docs/versioning.md): a header of 96 bytes with
 * the entry of a fifth section, whose content lies between the header and the ops.
 */
function withExtraSection(version: number): Uint8Array {
  const extra = Uint8Array.from({ length: 100 }, (_, i) => 255 - i);
  const shift = 16 + 112;
  const file = new Uint8Array(bytes.length + shift);
  file.set(bytes.subarray(0, layout.HEADER_BYTES));
  file.set(extra, layout.HEADER_BYTES + 16);
  file.set(bytes.subarray(layout.HEADER_BYTES), layout.HEADER_BYTES + shift);
  const view = new DataView(file.buffer);
  const add = (at: number) => view.setUint32(at, view.getUint32(at, true) + shift, true);
  for (let section = 0; section < layout.SECTION_COUNT; section++) add(layout.HEADER_SECTIONS + 8 * section);
  const ops = view.getUint32(layout.HEADER_SECTIONS, true);
  graph.ops.forEach((op, index) => {
    const record = ops + index * layout.OP_BYTES;
    if ('weights' in op) add(record + layout.OP_WEIGHTS);
    add(record + layout.OP_PARAMETERS);
  });
  view.setUint32(layout.HEADER_VERSION, version, true);
  view.setUint16(layout.HEADER_RESERVED, layout.HEADER_BYTES + 16, true);
  view.setUint16(layout.HEADER_RESERVED + 2, layout.SECTION_COUNT + 1, true);
  view.setUint32(layout.HEADER_BYTES, layout.HEADER_BYTES + 16, true);
  view.setUint32(layout.HEADER_BYTES + 4, extra.length, true);
  return reseal(file);
}

const newer = withExtraSection(layout.FORMAT_VERSION + MINOR);

test.each(['mvp', 'simd', 'simd-threads'] as const)(
  'a file of the next minor version with an unknown section gives the same logits: %s',
  async (build) => {
    const engine = await Engine.instantiate(await engineWasm(build));
    engine.load(newer);
    expect(engine.run(image)).toEqual(logits);
  },
);

test.each([false, true])('and on the build for boards; model in flash: %s', async (inPlace) => {
  const { wasm, memory, load } = await boardEngine();
  wasm.reserve(newer.length);
  expect(load(newer, inPlace)).toBe(layout.VALID);
  new Uint8Array(memory.buffer).set(image, wasm.tensorAddress(0));
  wasm.run();
  const output = wasm.opCount();
  expect(new Int32Array(memory.buffer.slice(wasm.tensorAddress(output)), 0, logits.length)).toEqual(logits);
});

test('the parser reads it too', () => {
  expect(referenceLogits(parseModel(newer), image)).toEqual(logits);
});

test.each<[string, (file: Uint8Array, view: DataView) => void, string, number?]>([
  [
    'another major version',
    (_, view) => view.setUint32(layout.HEADER_VERSION, layout.FORMAT_VERSION + 1, true),
    'unsupported-version',
  ],
  [
    'the major version before',
    (_, view) => view.setUint32(layout.HEADER_VERSION, layout.FORMAT_VERSION - 1, true),
    'unsupported-version',
  ],
  [
    'reserved fields under minor version 0',
    (_, view) => view.setUint32(layout.HEADER_VERSION, layout.FORMAT_VERSION, true),
    'unknown-field',
  ],
  [
    'an unknown opcode',
    (file, view) => {
      file[view.getUint32(layout.HEADER_SECTIONS, true) + layout.OP_OPCODE] = 9;
    },
    'unknown-opcode',
    0,
  ],
  [
    'an unknown field of an op',
    (file, view) => {
      file[view.getUint32(layout.HEADER_SECTIONS, true) + layout.OP_TAIL] = 1;
    },
    'unknown-field',
    0,
  ],
])('%s is refused under a newer minor version too', async (_, change, code, op) => {
  const file = newer.slice();
  change(file, new DataView(file.buffer));
  reseal(file);
  const engine = await Engine.instantiate(await engineWasm());
  expect(thrown(() => engine.load(file))).toMatchObject({ code, op });
  expect(codeOf(() => parseModel(file))).toBe(code);
});
