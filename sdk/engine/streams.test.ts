/** Tests of streams: results computed by hand, and files that every reader rejects. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as layout from '../../assembly/layout.js';
import { encodeModel } from '../format/encode.js';
import type { Epilogue, Graph, Op, Window } from '../format/graph.js';
import { ModelError } from '../format/model-error.js';
import { parseModel } from '../format/parse.js';
import { referenceRun } from '../reference/reference.js';
import { reseal } from '../testing/mutations.js';
import { thrown } from '../testing/throws.js';
import { Engine } from './engine.js';
import { engineWasm } from './wasm.js';

const engines: Engine[] = [];
beforeAll(async () => {
  for (const build of ['mvp', 'simd'] as const) engines.push(await Engine.instantiate(engineWasm(build)));
});

const pixel: Window = {
  kernelHeight: 1,
  kernelWidth: 1,
  strideY: 1,
  strideX: 1,
  paddingTop: 0,
  paddingLeft: 0,
};
const square = { outputHeight: 2, outputWidth: 2 };

function stream(multipliers: number[], offsets: number[], shift: number, addend = 0): Epilogue {
  return {
    kind: 'fixed-point',
    type: 'int16',
    multipliers: Int32Array.from(multipliers),
    offsets: BigInt64Array.from(offsets, BigInt),
    shift,
    addend,
  };
}

const sums = (filters: number, bias = 0): Epilogue => {
  return { kind: 'sum', bias: new Int32Array(filters).fill(bias) };
};

/** One channel of 2 x 2 pixels. */
function graphOf(ops: Op[]): Graph {
  return { input: { height: 2, width: 2, channels: 1 }, ops, outputScale: 1 };
}

/** Returns the output of every op as numbers, after comparing both engines with the reference. */
function run(graph: Graph, image: number[]): number[][] {
  const bytes = encodeModel(graph);
  const model = parseModel(bytes);
  const { layers } = referenceRun(model, Uint8Array.from(image));
  for (const engine of engines) {
    engine.load(bytes);
    expect(engine.layers(Uint8Array.from(image))).toEqual(layers);
  }
  const arrays = { u8: Uint8Array, bits: Uint32Array, int16: Int16Array, int32: Int32Array };
  return layers.map((layer, op) => [...new arrays[model.tensors[op + 1].type](layer.buffer as ArrayBuffer)]);
}

describe('a stream', () => {
  const centered: Op = {
    kind: 'sum-pool',
    input: 0,
    window: pixel,
    ...square,
    filters: 1,
    epilogue: stream([1], [-25], 0),
  };

  it('becomes two numbers for each sum, and their mean again; partial windows are scaled up', () => {
    const layers = run(
      graphOf([
        centered,
        { ...centered, input: 1, epilogue: stream([2, -1], [0, 1], 1) },
        {
          kind: 'sum-pool',
          input: 2,
          window: { kernelHeight: 2, kernelWidth: 2, strideY: 2, strideX: 2, paddingTop: 1, paddingLeft: 1 },
          ...square,
          filters: 1,
          epilogue: sums(1, 1),
        },
      ]),
      [10, 20, 30, 40],
    );
    expect(layers).toEqual([
      [-15, -5, 5, 15],
      [-15, 8, -5, 3, 5, -2, 15, -7], // v and (1 - v) >> 1
      [-27, -7, 13, 33], // 4 (v + w) + 1: one pixel of four is inside
    ]);
  });

  it('is added before the sum is clamped, to the channels that it has', () => {
    const [, added, activations, largest] = run(
      graphOf([
        centered,
        {
          kind: 'int8-convolution',
          input: 1,
          window: pixel,
          ...square,
          filters: 2,
          weights: Int8Array.of(127, 1),
          epilogue: stream([1 << 10, 1], [0, 0], 2, 1),
        },
        {
          ...centered,
          input: 1,
          epilogue: { ...stream([-1], [0], 0, 1), type: 'u8' } as Epilogue,
        },
        {
          kind: 'max-pool',
          input: 2,
          window: { ...pixel, kernelHeight: 2, kernelWidth: 2 },
          outputHeight: 1,
          outputWidth: 1,
          andMask: new Uint8Array(),
        },
        { ...centered, input: 4, outputHeight: 1, outputWidth: 1, filters: 2, epilogue: sums(2) },
      ]),
      [10, 24, 25, 26],
    );
    // 127 * 256 v + v, clamped; and v >> 2 without an addend, for v = -15, -1, 0, 1
    expect(added).toEqual([-32768, -4, -32513, -1, 0, 0, 32513, 0]);
    expect(activations).toEqual([0, 0, 0, 0]); // v - v
    expect(largest).toEqual([32513, 0]);
  });
});

describe('int8 weights on a stream', () => {
  const bounded = (...weights: number[]) =>
    encodeModel({
      input: { height: 1, width: 1, channels: weights.length },
      ops: [
        {
          kind: 'sum-pool',
          input: 0,
          window: pixel,
          outputHeight: 1,
          outputWidth: 1,
          filters: weights.length,
          epilogue: stream(
            weights.map(() => -32768),
            weights.map(() => 0),
            0,
          ),
        },
        {
          kind: 'int8-convolution',
          input: 1,
          window: pixel,
          outputHeight: 1,
          outputWidth: 1,
          filters: 1,
          weights: Int8Array.from(weights),
          epilogue: sums(1, layout.MAX_ACCUMULATOR),
        },
      ],
      outputScale: 1,
    });

  it('may reach the largest sum, but not exceed it', () => {
    const heaviest = Array.from({ length: 256 }, (_, i) => (i === 0 ? -127 : -128)); // together 2^15 - 1
    const image = new Uint8Array(256).fill(255);
    for (const engine of engines) {
      engine.load(bounded(...heaviest));
      expect(engine.run(image)[0]).toBe(32767 * 32768 + layout.MAX_ACCUMULATOR);
    }
    refusedByAll(bounded(...heaviest.fill(-128)), layout.INVALID_ACCUMULATOR, 1);
  });
});

function refusedByAll(bytes: Uint8Array, number: number, op: number): void {
  const expected = expect.objectContaining({ number, op });
  for (const read of [parseModel, ...engines.map((engine) => (bytes: Uint8Array) => engine.load(bytes))]) {
    const error = thrown(() => read(bytes));
    expect(error).toBeInstanceOf(ModelError);
    expect(error).toEqual(expected);
  }
}

describe('every reader refuses', () => {
  // 0: u8 -> stream of 2 channels, 1: -> + 0 -> stream of 2, 2: -> bits, 3: max-pool of 1, 4: u8 of 2, 5:
  // 3 logits
  const bytes = encodeModel(
    graphOf([
      {
        kind: 'int8-convolution',
        input: 0,
        window: pixel,
        ...square,
        filters: 2,
        weights: Int8Array.of(1, 2),
        epilogue: stream([1, 1], [0, 0], 3),
      },
      {
        kind: 'sum-pool',
        input: 1,
        window: pixel,
        ...square,
        filters: 2,
        epilogue: stream([1, 1], [0, 0], 3, 1),
      },
      {
        kind: 'sum-pool',
        input: 2,
        window: pixel,
        ...square,
        filters: 2,
        epilogue: {
          kind: 'threshold',
          thresholds: [{ values: Int32Array.of(1, 2), invert: Uint8Array.of(0, 1) }],
          coupled: false,
        },
      },
      {
        kind: 'max-pool',
        input: 2,
        window: { ...pixel, kernelHeight: 2 },
        outputHeight: 1,
        outputWidth: 2,
        andMask: new Uint8Array(),
      },
      {
        kind: 'sum-pool',
        input: 1,
        window: pixel,
        ...square,
        filters: 2,
        epilogue: { ...stream([1, 1], [0, 0], 0, 2), type: 'u8' } as Epilogue,
      },
      {
        kind: 'int8-convolution',
        input: 5,
        window: { ...pixel, kernelHeight: 2, kernelWidth: 2 },
        outputHeight: 1,
        outputWidth: 1,
        filters: 3,
        weights: new Int8Array(24).fill(1),
        epilogue: sums(3),
      },
    ]),
  );
  const ops = new DataView(bytes.buffer).getUint32(layout.HEADER_SECTIONS, true);
  const offsetOf = (op: number) =>
    new DataView(bytes.buffer).getUint32(ops + op * layout.OP_BYTES + layout.OP_OUTPUT_OFFSET, true);
  type Patch = [offset: number, value: number, bytes?: 1 | 4];

  it.each<[string, number, number, ...Patch[]]>([
    ['an addend of its own', layout.INVALID_OP_INPUT, 1, [layout.OP_ADDEND, 2]],
    ['an addend that is not a stream', layout.INVALID_OP_INPUT, 4, [layout.OP_ADDEND, 3]],
    ['an addend to sums', layout.INVALID_OP_INPUT, 5, [layout.OP_ADDEND, 1]],
    ['an addend of another size', layout.INVALID_SHAPE, 4, [layout.OP_ADDEND, 4]],
    ['an addend of half a number for each sum', layout.INVALID_SHAPE, 1, [layout.OP_OUTPUT_CHANNELS, 1]],
    ['a pool of sums on bits', layout.INVALID_OP_INPUT, 4, [layout.OP_INPUT, 3]],
    ['a max-pool that changes the type', layout.INVALID_OUTPUT_TYPE, 3, [layout.OP_OUTPUT_TYPE, 0]],
    ['a stream of three numbers a sum', layout.INVALID_OUTPUT_TYPE, 0, [layout.OP_OUTPUTS_PER_SUM, 3]],
    ['a stream of no numbers', layout.INVALID_OUTPUT_TYPE, 0, [layout.OP_OUTPUTS_PER_SUM, 0]],
    ['a stream of two planes', layout.INVALID_OUTPUT_TYPE, 0, [layout.OP_OUTPUT_PLANES, 2]],
    ['a shift of a max-pool', layout.INVALID_OUTPUT_TYPE, 3, [layout.OP_SHIFT, 1]],
    ['a third channel of two', layout.INVALID_SHAPE, 2, [layout.OP_OUTPUT_CHANNELS, 3]],
    [
      'a wide window over the border',
      layout.INVALID_WINDOW,
      1,
      [layout.OP_KERNEL_WIDTH, 3],
      [layout.OP_PADDING_LEFT, 1],
    ],
    ['weights of a pool', layout.INVALID_WEIGHTS, 1, [layout.OP_WEIGHTS, 4, 4]],
    [
      'an op that overwrites its addend',
      layout.INVALID_OVERWRITTEN,
      4,
      [layout.OP_OUTPUT_OFFSET, offsetOf(1), 4],
    ],
    ['an opcode beyond the last one', layout.INVALID_OPCODE, 1, [layout.OP_OPCODE, 5]],
  ])('%s', (_what, number, op, ...patches) => {
    const patched = bytes.slice();
    const view = new DataView(patched.buffer);
    for (const [offset, value, width = 1] of patches) {
      const at = ops + op * layout.OP_BYTES + offset;
      if (width === 4) view.setUint32(at, value, true);
      else view.setUint8(at, value);
    }
    refusedByAll(reseal(patched), number, op);
  });

  it('and accepts the unchanged file', () => {
    expect(parseModel(bytes).ops).toHaveLength(6);
    for (const engine of engines) engine.load(bytes);
  });
});
