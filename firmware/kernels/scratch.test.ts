/** The scratch memory that the SDK plans with, compared with what the kernels do with it. */
import { execFileSync } from 'node:child_process';
import {
  binaryFit,
  boardScratchBytes,
  encodeModel,
  int8Kernel,
  type Model,
  parseModel,
  usefulScratchBytes,
} from '@bd-edge/sdk/internal';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kernelGraph } from '../../sdk/testing/kernel-graph.js';
import { random, randomGraph, randomImage } from '../../sdk/testing/random-graph.js';
import { binaryLayer } from '../testing/binary-graph.js';
import { buildKernelProgram, requireCompiler, testSource } from '../testing/compiler.js';
import { callOf } from '../testing/layer-call.js';

const POINTER_BYTES = 8;

const layers = fc.integer().map((seed) => {
  const rng = random(seed);
  if (rng.chance(0.5)) return binaryLayer(rng);
  const graph = rng.chance(0.5) ? kernelGraph(rng) : randomGraph(rng, 3);
  return { graph, index: rng.integer(0, graph.ops.length - 1), image: randomImage(rng, graph) };
});
/** A share of the useful memory, near its end most often. */
const shares = fc.oneof(
  fc.constant(1),
  fc.double({ min: 0.9, max: 1, noNaN: true }),
  fc.double({ min: 0, max: 1, noNaN: true }),
);

test('the kernels do with any scratch memory what the SDK expects, and are fastest with all', (context) => {
  requireCompiler(context);
  const program = buildKernelProgram(testSource('fits.c'));
  fc.assert(
    fc.property(layers, shares, (layer, share) => {
      const model = parseModel(encodeModel(layer.graph));
      const { call } = callOf(layer);
      const least = boardScratchBytes(model, layer.index);
      const useful = usefulScratchBytes(model, layer.index, POINTER_BYTES);
      const scratch = 4 * Math.round((least + share * (useful - least)) / 4);
      const input = Buffer.concat([
        Buffer.from(Uint32Array.of(...Object.values(call.op), scratch).buffer),
        call.parameters,
      ]);
      const found = execFileSync(program, { input, encoding: 'utf8' });
      const expected = expectation(model, layer.index, scratch, share === 1);
      if (expected !== undefined) expect(found).toMatch(expected);
    }),
    { numRuns: 150 },
  );
});

/** Returns what the program prints; undefined for ops without scratch memory. */
function expectation(model: Model, index: number, scratch: number, all: boolean): RegExp | undefined {
  const op = model.ops[index];
  if (op.kind === 'binary-convolution') {
    const { prepared, rows, totals, window } = binaryFit(model, index, scratch, POINTER_BYTES);
    if (all) expect([prepared || op.epilogue.kind === 'sum', rows, totals]).toEqual([true, true, true]);
    return new RegExp(`^${[prepared, rows, totals, window].map(Number).join(' ')}$`);
  }
  if (op.kind === 'int8-convolution') {
    const kernel = int8Kernel(model, op, scratch, false);
    // The largest of a pool may come from several sums; then only one pixel is made at once.
    return new RegExp(op.pool ? `^(${kernel}|pixels)$` : `^${kernel}$`);
  }
  if (!all || op.kind !== 'sum-pool') return undefined;
  const { type, channels } = model.tensors[op.input];
  const { kernelHeight, kernelWidth, strideY, strideX } = op.window;
  const single = kernelHeight * kernelWidth === 1 && strideY * strideX === 1 && channels === op.filters;
  const isTable = single && type === 'int16' && op.epilogue.kind === 'threshold' && channels % 32 === 0;
  return new RegExp(`^${Number(isTable)}$`);
}
