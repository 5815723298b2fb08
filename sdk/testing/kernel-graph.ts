import fc from 'fast-check';
import { type Epilogue, type Graph, type Node, outputShape } from '../format/graph.js';
import type { Shape } from '../format/tensor.js';
import { type Random, random } from './random-graph.js';

/** Widths and heights on both sides of what a vector, a tile and a shared border column hold. */
const SIZES = [1, 2, 3, 5, 7, 8, 13, 14, 15, 16, 17, 18, 28, 29, 32, 43];
/** Channels on both sides of a group, a byte, a word and a pair of words. */
const CHANNELS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 31, 32, 33, 46, 63, 64, 65, 96, 128, 130, 257];
const FILTERS = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 23, 31, 32, 33, 64, 70, 130];
/** Multiply-accumulates of a layer, so that the reference stays quick. */
const MOST_WORK = 3_000_000;

/** Windows of binary layers; what is left out is at random: any size up to 7, any stride up to 3, or dense. */
const WINDOWS: Partial<Axis>[] = [
  { kernel: 3, stride: 1, padding: 1 },
  { kernel: 3, stride: 1, padding: 1 },
  { kernel: 3, stride: 1 },
  { kernel: 3, stride: 2 },
  { kernel: 1, stride: 1, padding: 0 },
  { kernel: 1, stride: 2 },
  { kernel: 5, stride: 1 },
  { kernel: 7, stride: 2 },
  {},
  {},
];

/**
 * Small networks with shapes at the edges of the vector kernels: an int8 layer, at times a pool, one or two binary
 * layers, then a layer of sums.
 */
export const kernelGraphs = fc.integer().map((seed) => kernelGraph(random(seed)));

export function kernelGraph(rng: Random): Graph {
  const pick = (values: number[]) => values[rng.integer(0, values.length - 1)];
  const input = { height: pick(SIZES), width: pick(SIZES), channels: rng.integer(1, 4) };
  let shape: Shape = { ...input, type: 'u8', planes: 1 };
  const nodes: Node[] = [];
  const add = (
    kind: 'int8-convolution' | 'binary-convolution',
    wanted: Partial<Axis>,
    ending: Epilogue['kind'],
  ) => {
    const y = axis(rng, shape.height, wanted);
    const x = axis(rng, shape.width, wanted);
    const row = y.kernel * x.kernel * shape.channels;
    const most = Math.max(1, Math.floor(MOST_WORK / (row * y.outputs * x.outputs)));
    const filters = Math.min(most, pick(nodes.length === 0 ? CHANNELS : FILTERS));
    const binary = kind === 'binary-convolution';
    const spread = Math.ceil(2 * Math.sqrt(row) * (binary ? 1 : shape.type === 'u8' ? 9000 : 70));
    const fill = rng.chance(0.1) ? (rng.chance(0.5) ? 1 : -1) : undefined;
    const node: Node = {
      kind,
      input: nodes.length,
      window: {
        kernelHeight: y.kernel,
        kernelWidth: x.kernel,
        strideY: y.stride,
        strideX: x.stride,
        paddingTop: y.padding,
        paddingLeft: x.padding,
      },
      outputHeight: y.outputs,
      outputWidth: x.outputs,
      filters,
      weights: Int8Array.from({ length: filters * row }, () =>
        binary ? (fill ?? (rng.chance(0.5) ? 1 : -1)) : fill ? fill * 127 : rng.integer(-128, 127),
      ),
      epilogue: ending === 'sum' ? sums(rng, filters) : thresholds(rng, filters, spread, row),
    };
    nodes.push(node);
    shape = outputShape(node, shape);
  };
  add('int8-convolution', rng.chance(0.6) ? { kernel: 3, stride: 1, padding: 1 } : {}, 'threshold');
  if (shape.height > 1 && shape.width > 1 && rng.chance(0.5)) {
    const [first] = nodes;
    const threshold = 'epilogue' in first && first.epilogue.kind === 'threshold' ? first.epilogue : undefined;
    const below = threshold?.cuts.flatMap((cut) => [...cut.below]) ?? [];
    // Mostly a pool of the sums, as trainers export it.
    const sums = rng.chance(0.7);
    const node: Node = {
      kind: 'max-pool',
      input: nodes.length,
      window: { kernelHeight: 2, kernelWidth: 2, strideY: 2, strideX: 2, paddingTop: 0, paddingLeft: 0 },
      outputHeight: shape.height >> 1,
      outputWidth: shape.width >> 1,
      all: Uint8Array.from(below, (bit) => (sums ? bit : rng.integer(0, 1))),
    };
    nodes.push(node);
    shape = outputShape(node, shape);
  }
  const layers = rng.integer(1, 2);
  for (let layer = 0; layer < layers; layer++) {
    const window = WINDOWS[rng.integer(0, WINDOWS.length - 1)];
    add('binary-convolution', window, 'threshold');
  }
  add(
    rng.chance(0.5) ? 'int8-convolution' : 'binary-convolution',
    rng.chance(0.3) ? { kernel: 3, stride: 1 } : {},
    'sum',
  );
  return { input, nodes, outputScale: 1 };
}

interface Axis {
  kernel: number;
  stride: number;
  padding: number;
  outputs: number;
}

/** A window along one axis: what is wanted of it, the rest at random; now and then dense. */
function axis(rng: Random, size: number, wanted: Partial<Axis>): Axis {
  if (wanted.kernel === undefined && size <= 32 && rng.chance(0.3)) {
    return { kernel: size, stride: 1, padding: 0, outputs: 1 };
  }
  const kernel = wanted.kernel ?? rng.integer(1, 7);
  const stride = wanted.stride ?? rng.integer(1, 3);
  const padding = wanted.padding ?? rng.integer(0, kernel - 1);
  const most = Math.floor((size - 1 + padding) / stride) + 1;
  const outputs =
    wanted.padding !== undefined && kernel === 2 * padding + 1 && stride === 1
      ? size
      : rng.chance(0.7)
        ? most
        : rng.integer(1, most);
  return { kernel, stride, padding, outputs };
}

function sums(rng: Random, filters: number): Epilogue {
  return { kind: 'sum', bias: Int32Array.from({ length: filters }, () => rng.integer(-1000, 1000)) };
}

/** Mostly in the midst of the sums; at times at their very ends, and beyond all of them. */
function thresholds(rng: Random, filters: number, spread: number, largest: number): Epilogue {
  const ends = [
    -(2 ** 31),
    2 ** 31 - 1,
    -2 * largest,
    -largest,
    1 - largest,
    largest,
    largest + 1,
    2 * largest,
  ];
  const coupled = rng.chance(0.35);
  const cuts = Array.from({ length: coupled || rng.chance(0.5) ? 2 : 1 }, () => ({
    thresholds: Int32Array.from({ length: filters }, () =>
      rng.chance(0.1)
        ? ends[rng.integer(0, ends.length - 1)]
        : rng.integer(-spread, spread) >> rng.integer(0, 2),
    ),
    below: Uint8Array.from({ length: filters }, () => rng.integer(0, 1)),
  }));
  return { kind: 'threshold', cuts, coupled };
}
