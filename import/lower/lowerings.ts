/** How operators change a value that depends on the image. */
import type { Refuse } from '../errors.js';
import { elementwiseOf, reducedAxes } from '../evaluate/evaluate.js';
import { type NdArray, scalar, transpose } from '../evaluate/nd-array.js';
import {
  flattenedDims,
  given,
  integersOf,
  reshapedDims,
  squeezedDims,
  unsqueezedDims,
} from '../evaluate/shapes.js';
import {
  matrixOf,
  paddingOf,
  poolKernel,
  type WindowAxis,
  wholeInput,
  windowsOf,
} from '../evaluate/windows.js';
import type { OnnxNode } from '../onnx/read-model.js';
import { convolve, type Layer, windowOf } from './convolve.js';
import type { GraphBuilder } from './graph-builder.js';
import { gridOf } from './grid.js';
import { formatIndices, isAxis, perChannel, regroupedAxes } from './layout.js';
import { place } from './place.js';
import { directionsOf, ONE_PIXEL, readingOf, withStep } from './sums.js';
import type { FormatAxis, PendingPadding, PlacedTensor, Step, Sums, Value } from './values.js';

/** A node with its inputs. */
export interface Site {
  node: OnnxNode;
  /** The first input that depends on the image, and its position. */
  value: Value;
  position: number;
  /** The inputs that are constants. */
  constants: readonly (NdArray | undefined)[];
  /** The inputs that depend on the image. */
  values: readonly (Value | undefined)[];
  graph: GraphBuilder;
  refuse: Refuse;
}

type Lowering = (site: Site) => Value;

const ONE: WindowAxis = { kernel: 1, stride: 1, padding: 0, paddingAfter: 0, outputs: 1 };

export const LOWERINGS: Readonly<Record<string, Lowering>> = {
  Reshape: (site) => {
    const target = [...given(site.constants, 1).data];
    return regrouped(
      site,
      reshapedDims(site.value.dims, target, site.node.attributes.int('allowzero', 0) === 1),
    );
  },
  Flatten: (site) => regrouped(site, flattenedDims(site.value.dims, site.node.attributes.int('axis', 1))),
  Squeeze: (site) =>
    regrouped(site, squeezedDims(site.value.dims, integersOf(site.constants, 1, site.node, 'axes'))),
  Unsqueeze: (site) =>
    regrouped(site, unsqueezedDims(site.value.dims, integersOf(site.constants, 1, site.node, 'axes') ?? [])),
  Transpose: ({ node, value }) => {
    const { dims, axes } = value;
    const order = node.attributes.ints('perm') ?? dims.map((_, axis) => axis).reverse();
    transpose({ dims: dims.map(() => 1), data: new Float64Array(1) }, order); // checks the order
    return { ...value, dims: order.map((axis) => dims[axis]), axes: order.map((axis) => axes[axis]) };
  },
  Pad: padded,
  Conv: convolution,
  MatMul: dense,
  Gemm: dense,
  MaxPool: (site) =>
    maxPool(
      site,
      spatialWindows(site, (sizes) => windowsOf(site.node, sizes, poolKernel(site.node))),
    ),
  GlobalMaxPool: (site) => maxPool(site, spatialWindows(site, wholeInput)),
  AveragePool: (site) =>
    averagePool(
      site,
      spatialWindows(site, (sizes) => windowsOf(site.node, sizes, poolKernel(site.node))),
    ),
  GlobalAveragePool: (site) => averagePool(site, spatialWindows(site, wholeInput)),
  ReduceMean: (site) => reduced(site, averagePool),
  ReduceMax: (site) => reduced(site, maxPool),
};

/** Adds an elementwise operator to what happens to the sums. */
export function applyElementwise({ node, value, position, constants, values, refuse }: Site): Value {
  const op = elementwiseOf(node);
  if (!op) throw new TypeError(`${node.opType} is not elementwise`);
  requireNoPadding(value, refuse);
  if (values.filter((each) => each !== undefined).length > 1)
    throw refuse('unsupported-op', 'two of its inputs depend on the image');
  const inputs = constants.map((constant, i) => (i === position ? scalar(0) : constant));
  const aligned = op.align?.(inputs, node, value.dims.length) ?? inputs.map((_, i) => given(inputs, i));
  const parameters = aligned.map((constant, i) => (i === position ? undefined : perChannel(constant, value)));
  if (parameters.some((each, i) => each === undefined && i !== position))
    throw refuse('unsupported-op', 'its parameters change from pixel to pixel; use one for each channel');
  const scalars = op.scalars(node, inputs);
  const arguments_ = Array.from({ length: value.sums.channels }, (_, channel) =>
    parameters.map((each) => each?.[channel] ?? Number.NaN),
  );
  const directions = arguments_.map((each) => op.direction(each, position));
  if (directions.some((direction) => direction === undefined || Number.isNaN(direction)))
    throw refuse('unsupported-op', 'its output does not only rise or only fall with its input');
  const step: Step = {
    apply(x, channel) {
      const values = arguments_[channel];
      values[position] = x;
      return scalars(values);
    },
    directions: Int8Array.from(directions as number[]),
    isAffine: op.isAffine ?? false,
  };
  for (let channel = 0; channel < value.sums.channels; channel++)
    if (arguments_[channel].some((parameter, i) => i !== position && Number.isNaN(parameter)))
      throw refuse('not-finite', `its parameters of channel ${channel} are not numbers`);
  return { ...value, sums: withStep(value.sums, step) };
}

/** Adds two values of the same shape: one is stored with 16 bits, and added when the other is read. */
export function addValues(first: Value, second: Value, { graph, node, refuse }: Site): Value {
  for (const value of [first, second]) requireNoPadding(value, refuse);
  const isSame = first.dims.join() === second.dims.join() && first.axes.join() === second.axes.join();
  if (!isSame)
    throw refuse(
      'unsupported-op',
      `it adds the shapes [${first.dims}] and [${second.dims}]; expected equal ones`,
    );
  const tensors = [first, second].map((value) => place(graph, value, { numbers: true }, refuse));
  const [a, b] = tensors[0].type === 'int16' && tensors[1].type !== 'int16' ? tensors.toReversed() : tensors;
  const isUniform = tensors.every(({ steps }) => steps.every((step) => step === steps[0]));
  const grid = isUniform ? gridOf([a.steps[0], b.steps[0]], 32767) : undefined;
  if (!grid)
    throw refuse(
      'different-scales',
      'the scales of its two inputs are not multiples of one; give both quantizers the same scale',
    );
  const [byA, byB] = grid.integers;
  const low = a.low * byA + b.low * byB;
  const high = a.high * byA + b.high * byB;
  if (low < -32768 || high > 32767) throw refuse('accumulator-overflow', 'its sums can exceed 16 bits');
  const addend = byB === 1 && b.type === 'int16' ? b.index : scaledOp(graph, b, byB, 0);
  const index = scaledOp(graph, a, byA, addend);
  const { height, width, channels } = a;
  const tensor: PlacedTensor = {
    ...{ height, width, channels, index, type: 'int16', low, high },
    steps: new Float64Array(channels).fill(grid.step),
    offsets: a.offsets.map((offset, channel) => offset + b.offsets[channel]),
  };
  const value: Value = { ...first, name: node.outputs[0], sums: readingOf(tensor) };
  graph.compare(tensor, value);
  return value;
}

/** Appends an op that multiplies every code, and adds another tensor. */
function scaledOp(
  graph: GraphBuilder,
  { height, width, channels, index }: PlacedTensor,
  by: number,
  addend: number,
): number {
  return graph.append({
    ...{
      kind: 'sum-pool',
      input: index,
      window: ONE_PIXEL,
      outputHeight: height,
      outputWidth: width,
      filters: channels,
    },
    epilogue: {
      ...{ kind: 'fixed-point', type: 'int16', shift: 0, addend },
      multipliers: new Int32Array(channels).fill(by),
      offsets: new BigInt64Array(channels),
    },
  });
}

function requireNoPadding({ padding }: Value, refuse: Refuse): void {
  if (padding) throw refuse('unsupported-op', 'it follows a Pad; only a convolution can take over padding');
}

function regrouped({ value }: Site, dims: number[]): Value {
  if (value.padding) throw new RangeError('it follows a Pad; only a convolution can take over padding');
  return { ...value, dims, axes: regroupedAxes(value.axes, value.sums, dims) };
}

function padded({ node, value, constants, refuse }: Site): Value {
  requireNoPadding(value, refuse);
  const { before, after, value: outside } = paddingOf(constants, node, value.dims.length);
  const padding: PendingPadding = {
    top: 0,
    bottom: 0,
    left: 0,
    right: 0,
    value: outside,
    source: value,
  };
  before.forEach((amount, axis) => {
    if (amount + after[axis] === 0) return;
    const [name, ...others] = value.axes[axis];
    if (others.length > 0 || (name !== 'height' && name !== 'width'))
      throw refuse('unsupported-op', `it pads axis ${axis}, which is neither height nor width`);
    if (name === 'height') [padding.top, padding.bottom] = [amount, after[axis]];
    else [padding.left, padding.right] = [amount, after[axis]];
  });
  if (padding.top + padding.bottom + padding.left + padding.right === 0) return value;
  return { ...value, dims: value.dims.map((size, axis) => size + before[axis] + after[axis]), padding };
}

interface Spatial {
  y: WindowAxis;
  x: WindowAxis;
  /** The shape behind the windows, [batch, channels, ...spatial]. */
  dims: number[];
}

/** Finds the windows of a node whose input is [batch, channels, ...spatial]. */
function spatialWindows(
  { value, refuse }: Site,
  windows: (sizes: readonly number[]) => WindowAxis[],
  filters?: number,
): Spatial {
  const { dims, axes } = value;
  const names: FormatAxis[] = dims.length === 3 ? ['width'] : ['height', 'width'];
  const isImage =
    dims.length >= 3 &&
    dims.length <= 4 &&
    isAxis(axes[1], 'channels') &&
    names.every((name, i) => isAxis(axes[i + 2], name) || (dims.length === 3 && isAxis(axes[2], 'height')));
  if (!isImage)
    throw refuse(
      'unsupported-op',
      `its input "${value.name}" with the shape [${dims}] is not in the order batch, channels, height, width; ` +
        'give the order of the input with --layout',
    );
  const along = windows(dims.slice(2));
  const shape = [1, filters ?? dims[1], ...along.map(({ outputs }) => outputs)];
  if (dims.length === 4) return { y: along[0], x: along[1], dims: shape };
  return axes[2][0] === 'height'
    ? { y: along[0], x: ONE, dims: shape }
    : { y: ONE, x: along[0], dims: shape };
}

/** The axes of [batch, channels, ...spatial], without those of size 1. */
function imageAxes(dims: readonly number[], { height }: Sums): FormatAxis[][] {
  const names: FormatAxis[] = dims.length === 3 ? [height > 1 ? 'height' : 'width'] : ['height', 'width'];
  return [[], ...(['channels', ...names] as FormatAxis[]).map((name, i) => (dims[i + 1] > 1 ? [name] : []))];
}

function convolution({ node, value, position, constants, graph, refuse, ...rest }: Site): Value {
  const weights = constants[1];
  if (position !== 0 || !weights) throw refuse('unsupported-op', 'its weights depend on the image');
  const [filters, channels, ...kernel] = weights.dims;
  const groups = node.attributes.int('group', 1);
  if (groups !== 1)
    throw refuse(
      'unsupported-op',
      `it has ${groups} groups; the format has convolutions of all channels only`,
    );
  const { padding } = value;
  const site = { node, value, position, constants, graph, refuse, ...rest };
  const { y, x, dims } = spatialWindows(site, (sizes) => windowsOf(node, sizes, kernel), filters);
  if (channels !== value.dims[1]) throw refuse('unsupported-op', `its weights are for ${channels} channels`);
  const own = y.padding + y.paddingAfter + x.padding + x.paddingAfter > 0;
  if (padding && own && padding.value !== 0)
    throw refuse('unsupported-op', `it pads with 0, after a Pad with ${padding.value}; pad once`);
  const layer: Layer = {
    filters,
    weights: channelsLast(weights),
    y: padding
      ? { ...y, padding: y.padding + padding.top, paddingAfter: y.paddingAfter + padding.bottom }
      : y,
    x: padding
      ? { ...x, padding: x.padding + padding.left, paddingAfter: x.paddingAfter + padding.right }
      : x,
  };
  const outside = padding || own ? (padding?.value ?? 0) : undefined;
  const tensor = place(graph, unpadded(value), { outside }, refuse);
  const convolved = convolve(tensor, layer, refuse);
  const taps = weights.data.length / filters;
  keepExact(graph, node.inputs[1], weights, convolved, (i) => Math.floor(i / taps));
  const sums = withBias(convolved, constants[2], 1);
  return { name: '', dims, axes: imageAxes(dims, sums), sums };
}

/** Returns the value before a Pad. */
function unpadded({ padding, ...value }: Value): Value {
  if (!padding) return value;
  const { name, dims, axes } = padding.source;
  return { ...value, name, dims, axes };
}

/** Reorders [filter][channel][...taps] to [filter][...taps][channel]. */
function channelsLast({ dims, data }: NdArray): Float64Array {
  const [filters, channels] = dims;
  const taps = data.length / filters / channels;
  return data.map((_, i) => {
    const [filter, rest] = [Math.floor(i / (taps * channels)), i % (taps * channels)];
    return data[(filter * channels + (rest % channels)) * taps + Math.floor(rest / channels)];
  });
}

/**
 * Keeps the weights as multiples of their steps, for the comparison. float32 rounds the products, so that sums of them
 * which are 0 in integers are not always 0 in the file.
 */
function keepExact(
  graph: GraphBuilder,
  name: string,
  { dims, data }: NdArray,
  { weightSteps }: Sums,
  filterOf: (index: number) => number,
): void {
  if (!weightSteps) return;
  const multiples = data.map((weight, i) => {
    const step = weightSteps[filterOf(i)];
    return Math.round(weight / step) * step;
  });
  // A factor of Gemm stays in the graph.
  if (multiples.every((weight, i) => Math.abs(weight - data[i]) <= 1e-6 * Math.abs(data[i])))
    graph.exactWeights.set(name, { dims, data: multiples });
}

/** Adds the bias of each filter to its sums. */
function withBias(sums: Sums, bias: NdArray | undefined, factor: number): Sums {
  if (!bias || bias.data.every((each) => each === 0)) return sums;
  const { channels } = sums;
  if (bias.data.length !== channels && bias.data.length !== 1)
    throw new RangeError(`its bias has the shape [${bias.dims}]; ${channels} values are expected`);
  const values = Float64Array.from(
    { length: channels },
    (_, i) => factor * bias.data[bias.data.length === 1 ? 0 : i],
  );
  return withStep(sums, {
    apply: (x, channel) => x + values[channel],
    directions: new Int8Array(channels).fill(1),
    isAffine: true,
  });
}

function dense({ node, value, position, constants, graph, refuse }: Site): Value {
  const { attributes } = node;
  if (position !== 0 || !constants[1] || attributes.int('transA', 0) === 1)
    throw refuse('unsupported-op', 'only products of the activations by a matrix of weights are supported');
  requireNoPadding(value, refuse);
  const {
    dims: [inner, filters],
    data,
  } = matrixOf(constants[1], node);
  const { dims, axes } = value;
  const last = dims.length - 1;
  const { height, width, channels } = value.sums;
  const isWhole = dims.slice(0, last).every((size) => size === 1);
  if (dims[last] !== inner)
    throw refuse('unsupported-op', `its weights are for ${inner} values, and it reads ${dims[last]}`);
  if (!isWhole && !isAxis(axes[last], 'channels'))
    throw refuse('unsupported-op', 'it multiplies an axis that is not the one of channels');
  const size = isWhole ? { height, width, channels } : { height: 1, width: 1, channels };
  const places = formatIndices(axes[last], size);
  const weights = new Float64Array(data.length);
  for (let i = 0; i < inner; i++)
    for (let filter = 0; filter < filters; filter++)
      weights[filter * inner + places[i]] = data[i * filters + filter];
  const along = (kernel: number, outputs: number): WindowAxis => ({ ...ONE, kernel, outputs });
  const [y, x] = isWhole ? [along(height, 1), along(width, 1)] : [along(1, height), along(1, width)];
  const layer = { filters, weights, y, x };
  const tensor = place(graph, value, {}, refuse);
  const convolved: Sums = {
    ...convolve(tensor, layer, refuse),
    alternatives: [
      ...(tensor.type === 'bits' && tensor.high === 1 ? [{ halfSteps: true }] : []),
      ...(tensor.offsets.some((offset) => offset !== 0) ? [{ outside: 0, numbers: true }] : []),
    ].map((placement) => () => convolve(place(graph, value, placement, refuse), layer, refuse)),
  };
  const isTransposed = node.opType === 'Gemm' && attributes.int('transB', 0) === 1;
  const filterOf = (i: number) => (isTransposed ? Math.floor(i / inner) : i % filters);
  keepExact(graph, node.inputs[1], constants[1], convolved, filterOf);
  const bias = node.opType === 'Gemm' ? constants[2] : undefined;
  if (node.opType === 'Gemm' && node.inputs[2] && !bias)
    throw refuse('unsupported-op', 'its bias depends on the image');
  const sums = withBias(convolved, bias, attributes.float('beta', 1));
  return {
    name: '',
    dims: [...dims.slice(0, last), filters],
    axes: [...axes.slice(0, last), filters > 1 ? ['channels'] : []],
    sums,
  };
}

function maxPool({ value, refuse }: Site, { y, x, dims }: Spatial): Value {
  requireNoPadding(value, refuse);
  const { sums } = value;
  const pooled: Sums = {
    ...sums,
    ...{ height: y.outputs, width: x.outputs, placed: undefined },
    pools: [
      ...sums.pools,
      {
        window: windowOf(y, x, refuse),
        ...{ outputHeight: y.outputs, outputWidth: x.outputs, directions: directionsOf(sums) },
      },
    ],
  };
  return { name: '', dims, axes: imageAxes(dims, pooled), sums: pooled };
}

function averagePool({ node, value, graph, refuse }: Site, { y, x, dims }: Spatial): Value {
  requireNoPadding(value, refuse);
  const isInside = [y, x].every(({ padding, paddingAfter }) => padding + paddingAfter === 0);
  const tensor = place(graph, value, { numbers: true }, refuse);
  const overhangs = (axis: WindowAxis, size: number) => (axis.outputs - 1) * axis.stride + axis.kernel > size;
  if (!isInside || overhangs(y, tensor.height) || overhangs(x, tensor.width))
    throw refuse(
      'unsupported-window',
      `its windows reach beyond the border of "${value.name}"; use no padding`,
    );
  const taps = y.kernel * x.kernel;
  const { channels, low, high, steps, offsets } = tensor;
  const sums: Sums = {
    ...{ height: y.outputs, width: x.outputs, channels },
    op: {
      ...{ kind: 'sum-pool', input: tensor.index, window: windowOf(y, x, refuse) },
      ...{ outputHeight: y.outputs, outputWidth: x.outputs, filters: channels },
    },
    lows: new Float64Array(channels).fill(low * taps),
    highs: new Float64Array(channels).fill(high * taps),
    base: {
      apply: (sum, channel) => (steps[channel] * sum + offsets[channel] * taps) / taps,
      directions: Int8Array.from(steps, Math.sign),
      isAffine: true,
    },
    ...{ steps: [], pools: [] },
  };
  return { name: node.outputs[0], dims, axes: imageAxes(dims, sums), sums };
}

/** A reduction of all spatial axes is a global pool. */
function reduced(site: Site, pool: (site: Site, spatial: Spatial) => Value): Value {
  const { node, value, constants, refuse } = site;
  const { dims, axes } = value;
  const removed = reducedAxes(constants, node, dims.length).filter((axis) => dims[axis] > 1);
  const isKept = (name: FormatAxis) =>
    axes.some((each, axis) => each.includes(name) && !removed.includes(axis));
  if (isKept('height') || isKept('width') || removed.some((axis) => axes[axis].includes('channels')))
    throw refuse('unsupported-op', 'only means and maxima of the whole height and width are supported');
  const { height, width } = value.sums;
  const whole = (size: number): WindowAxis => ({ ...ONE, kernel: size });
  const pooled = pool(site, { y: whole(height), x: whole(width), dims: [1, value.sums.channels, 1, 1] });
  const all = reducedAxes(constants, node, dims.length);
  const keeps = node.attributes.int('keepdims', 1) === 1;
  const kept = dims.map((size, axis) => (all.includes(axis) ? 1 : size));
  const isLeft = (_: unknown, axis: number) => keeps || !all.includes(axis);
  return {
    ...pooled,
    dims: kept.filter(isLeft),
    axes: axes.map((each, axis) => (all.includes(axis) ? [] : each)).filter(isLeft),
  };
}
