import fc from 'fast-check';
import type { Cut, Epilogue, Graph, Node, Window } from '../format/graph.js';
import { outputShape } from '../format/graph.js';
import type { Shape } from '../format/tensor.js';

/** Numbers for a random graph, from a seed: all that the generator needs, and it repeats. */
export interface Random {
  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number;
  chance(probability: number): boolean;
}

/** mulberry32. */
export function random(seed: number): Random {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    integer: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (probability) => next() < probability,
  };
}

/**
 * Random valid graphs: odd channel counts on both sides of a word, 1x1 to 5x5 kernels, strides, paddings, both kinds
 * of activation, both directions of a threshold, constant bits, pools, and an output layer of either kind.
 */
export const graphs = fc
  .record({ seed: fc.integer(), layers: fc.integer({ min: 0, max: 4 }) })
  .map(({ seed, layers }) => randomGraph(random(seed), layers));

export function randomGraph(rng: Random, layers: number): Graph {
  const input = { height: rng.integer(1, 9), width: rng.integer(1, 9), channels: rng.integer(1, 4) };
  let shape: Shape = { ...input, type: 'u8', planes: 1 };
  const nodes: Node[] = [];
  const add = (node: Node) => {
    nodes.push(node);
    shape = outputShape(node, shape);
  };
  for (let i = 0; i < layers; i++) {
    add(randomConvolution(rng, shape, nodes.length, 'threshold'));
    if (shape.type === 'bits' && rng.chance(0.4)) add(randomPool(rng, shape, nodes.length));
  }
  add(randomConvolution(rng, shape, nodes.length, 'sum'));
  return { input, nodes, outputScale: 2 ** -rng.integer(0, 9), metadata: { name: 'random' } };
}

function randomConvolution(rng: Random, input: Shape, tensor: number, ending: Epilogue['kind']): Node {
  const binary = input.type === 'bits' && rng.chance(0.75);
  const dense = rng.chance(0.2);
  const along = (size: number) =>
    dense ? { kernel: size, stride: 1, padding: 0, outputs: 1 } : randomWindow(rng, size);
  const [y, x] = [along(input.height), along(input.width)];
  const filters = rng.chance(0.5) ? rng.integer(1, 9) : rng.integer(10, 70);
  const size = filters * y.kernel * x.kernel * input.channels;
  const weights = Int8Array.from({ length: size }, () =>
    binary ? (rng.chance(0.5) ? 1 : -1) : rng.integer(-128, 127),
  );
  const largest = y.kernel * x.kernel * input.channels * (binary ? 1 : input.type === 'u8' ? 9000 : 60);
  return {
    kind: binary ? 'binary-convolution' : 'int8-convolution',
    input: tensor,
    window: windowOf(y, x),
    outputHeight: y.outputs,
    outputWidth: x.outputs,
    filters,
    weights,
    epilogue: randomEpilogue(rng, ending, filters, largest),
  };
}

function randomEpilogue(rng: Random, ending: Epilogue['kind'], filters: number, largest: number): Epilogue {
  if (ending === 'sum') return randomSum(rng, filters);
  return rng.chance(0.15) ? randomFixedPoint(rng, filters, largest) : randomThreshold(rng, filters, largest);
}

/** Mostly scaled so that the activations spread over 0..255; at times with the most extreme numbers. */
function randomFixedPoint(rng: Random, filters: number, largest: number): Epilogue {
  const extreme = rng.chance(0.1);
  const shift = extreme ? rng.integer(0, 62) : rng.integer(8, 40);
  const scale = (255 * 2 ** shift) / largest;
  const spread = extreme ? 2 ** 31 - 1 : Math.min(Math.ceil(scale), 2 ** 31 - 1);
  const offset = extreme ? 2 ** 61 : 128 * 2 ** shift;
  return {
    kind: 'fixed-point',
    shift,
    multipliers: Int32Array.from({ length: filters }, () => rng.integer(-spread, spread)),
    offsets: BigInt64Array.from({ length: filters }, () =>
      BigInt(Math.trunc((offset * rng.integer(-1000, 999)) / 1000)),
    ),
  };
}

function randomSum(rng: Random, filters: number): Epilogue {
  return { kind: 'sum', bias: Int32Array.from({ length: filters }, () => rng.integer(-1000, 1000)) };
}

function randomThreshold(rng: Random, filters: number, largest: number): Epilogue {
  const coupled = rng.chance(0.3);
  const cuts = Array.from({ length: coupled || rng.chance(0.5) ? 2 : 1 }, (): Cut => {
    const constant = [-(2 ** 31), 2 ** 31 - 1];
    return {
      thresholds: Int32Array.from({ length: filters }, () =>
        rng.chance(0.05) ? constant[rng.integer(0, 1)] : rng.integer(-largest, largest) >> rng.integer(0, 3),
      ),
      below: Uint8Array.from({ length: filters }, () => rng.integer(0, 1)),
    };
  });
  return { kind: 'threshold', cuts, coupled };
}

function randomPool(rng: Random, input: Shape, tensor: number): Node {
  const [y, x] = [randomWindow(rng, input.height), randomWindow(rng, input.width)];
  return {
    kind: 'max-pool',
    input: tensor,
    window: windowOf(y, x),
    outputHeight: y.outputs,
    outputWidth: x.outputs,
    all: Uint8Array.from({ length: input.planes * input.channels }, () => rng.integer(0, 1)),
  };
}

interface Axis {
  kernel: number;
  stride: number;
  padding: number;
  outputs: number;
}

/** A window along one axis, with as many outputs as have at least one pixel in their window, or fewer. */
function randomWindow(rng: Random, size: number): Axis {
  const kernel = rng.integer(1, 5);
  const stride = rng.integer(1, 3);
  const padding = rng.integer(0, kernel - 1);
  const most = Math.floor((size - 1 + padding) / stride) + 1;
  return { kernel, stride, padding, outputs: rng.chance(0.5) ? most : rng.integer(1, most) };
}

function windowOf(y: Axis, x: Axis): Window {
  return {
    kernelHeight: y.kernel,
    kernelWidth: x.kernel,
    strideY: y.stride,
    strideX: x.stride,
    paddingTop: y.padding,
    paddingLeft: x.padding,
  };
}

/** A random image for a graph: mostly spread out, at times all black or all white, where sums are largest. */
export function randomImage(rng: Random, { input }: Graph): Uint8Array {
  const fill = rng.chance(0.1) ? (rng.chance(0.5) ? 255 : 0) : undefined;
  return Uint8Array.from(
    { length: input.height * input.width * input.channels },
    () => fill ?? rng.integer(0, 255),
  );
}
