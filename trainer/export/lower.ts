/**
 * Lowering: from a trained layers model to the buffer's graph of integers.
 *
 * The walk goes from the output to the image, along *wires*: a symbolic tensor, or the two that stand beside one
 * another in the branches of a decoupled network. What a wire carries is a value (see values.ts).
 */

import type { Graph, Op, Threshold } from '@bd-edge/sdk/internal';
import { isChannelAxis } from '../layers/channel-axis.js';
import {
  BinaryActivation,
  FixedPoint,
  FixedPointAdd,
  FixedPointRelu,
  PadChannels,
  TernaryActivation,
} from '../layers/index.js';
import { TERNARY_THRESHOLDS } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';
import { allFinite } from '../training/non-finite.js';
import { type Refuse, UnsupportedLayerError } from './errors.js';
import { type ChannelNorm, foldThreshold, NotFiniteError, withGain } from './fold.js';
import { foldFixedPoint } from './fold-fixed-point.js';
import { channelNorms, NO_NORM } from './norms.js';
import { averageOf, convolutionOf, eachPixel, isWeightLayer } from './pending-op.js';
import {
  type Copies,
  type CutsValue,
  type PaddedValue,
  type SumsValue,
  sizeOf,
  type TensorValue,
  type Value,
} from './values.js';
import { placeWindow } from './window.js';

/** A lowered model, and where its activations can be compared with the model's own. */
export interface Lowered {
  graph: Graph;
  /** Each activation or stream that ends an op (or the pool behind it): what the op's output stands for. */
  activations: {
    op: number;
    /** One, or the two whose channels stand beside one another in the op's output. */
    tensors: readonly tf.SymbolicTensor[];
    /** What one bit, or one step of a fixed-point number, stands for. */
    step: number;
  }[];
}

/** One tensor, or the first and the second copy of one. */
type Wire = readonly [tf.SymbolicTensor] | readonly [tf.SymbolicTensor, tf.SymbolicTensor];

const SUPPORTED =
  'supported are Int8Conv2D, BinaryConv2D, Int8Dense, BinaryDense, BatchNormalization, TernaryActivation, ' +
  'BinaryActivation, FixedPoint, FixedPointAdd, FixedPointRelu, MaxPooling2D, AveragePooling2D, ' +
  'GlobalAveragePooling2D, PadChannels, Flatten, Dropout, and Concatenate or Average of the two branches of one layer';

/**
 * @param model one input [height, width, channels] or [values] of raw pixels 0..255, one output of logits
 * @throws {UnsupportedLayerError} naming the layer, and what would be supported
 * @throws {NotFiniteError} naming the layer of a parameter that is NaN or infinite
 */
export function lower(model: tf.LayersModel): Lowered {
  // First of all, because rounding to integers would turn NaN into 0 and infinity into a large number.
  for (const layer of model.layers)
    if (!layer.getWeights().every((weight) => allFinite(weight.dataSync())))
      throw new NotFiniteError(layer.name);
  return new Lowering(model).run();
}

class Lowering {
  readonly #nodes: Op[] = [];
  readonly #activations: Lowered['activations'] = [];
  /** By the ids of a wire's tensors. */
  readonly #values = new Map<string, Value>();
  readonly #placed = new Map<CutsValue, TensorValue>();
  /** By the number of the stream that they have twice. */
  readonly #twofold = new Map<number, TensorValue>();

  constructor(readonly model: tf.LayersModel) {}

  run(): Lowered {
    const { inputs, outputs, name } = this.model;
    if (inputs.length !== 1 || outputs.length !== 1) {
      throw new UnsupportedLayerError(name, 'model', 'it must have one input and one output');
    }
    const [height, width, channels] = imageShape(inputs[0]);
    const image: TensorValue = {
      kind: 'tensor',
      index: 0,
      height,
      width,
      channels,
      copies: 1,
      largest: 255,
      step: 1,
    };
    this.#values.set(keyOf([inputs[0]]), image);

    const last = this.#valueOf([outputs[0]]);
    if (last.kind !== 'sums' || last.norms || last.pools.length > 0 || last.op.node.kind === 'sum-pool') {
      const layer = outputs[0].sourceLayer;
      throw new UnsupportedLayerError(
        layer.name,
        layer.getClassName(),
        'a network must end in logits, the output of an Int8Dense, BinaryDense or convolution layer',
      );
    }
    if (last.op.gains) {
      const layer = outputs[0].sourceLayer;
      const reason = 'logits need one scale for all; leave channelScales out of the last layer';
      throw new UnsupportedLayerError(layer.name, layer.getClassName(), reason);
    }
    this.#append({ ...last.op.node, epilogue: { kind: 'sum', bias: last.op.bias } });
    return {
      graph: { input: { height, width, channels }, ops: this.#nodes, outputScale: last.op.unit },
      activations: this.#activations,
    };
  }

  /** The value of a wire; computed once. */
  #valueOf(wire: Wire): Value {
    if (wire[0] === wire[1]) return this.#valueOf([wire[0]]);
    const key = keyOf(wire);
    const value = this.#values.get(key) ?? this.#lowerLayer(wire);
    this.#values.set(key, value);
    return value;
  }

  #lowerLayer(wire: Wire): Value {
    const [layer, twin = layer] = wire.map((tensor) => tensor.sourceLayer);
    const refuse: Refuse = (reason) => new UnsupportedLayerError(layer.name, layer.getClassName(), reason);
    if (!agree(layer, twin)) throw refuse(`it does not do the same as "${twin.name}" in the other branch`);
    const inputs = inputWires(wire);
    const className = layer.getClassName();

    if (isWeightLayer(layer)) {
      if (twin !== layer) throw refuse(`it and "${twin.name}" do not share their weights`);
      const [[input]] = inputs;
      const op = convolutionOf(layer, this.#place(input, this.#valueOf([input]), refuse), refuse);
      const { filters: channels } = op.node;
      return { kind: 'sums', op, copies: 1, channels, pools: [], norms: undefined };
    }
    if (layer instanceof FixedPointAdd) return this.#add(wire, layer.step, refuse);
    if (className === 'Concatenate') {
      const axis = layer.getConfig().axis as number;
      const value = isChannelAxis(axis, wire[0].rank) && this.#ofBranches(inputs);
      if (!value || value.kind !== 'cuts' || value.copies !== 2) throw refuse(SUPPORTED);
      return value;
    }
    if (className === 'Average') {
      const value = this.#ofBranches(inputs);
      if (value?.kind !== 'tensor' || value.copies !== 2) throw refuse(SUPPORTED);
      return meanOver(value, 'pixels', true, refuse);
    }

    const value = this.#valueOf(inputs[0]);
    if (layer instanceof TernaryActivation) {
      if (wire.length === 2) throw refuse('it is two bits already, and has a branch beside it');
      const levels = [[TERNARY_THRESHOLDS.one], [TERNARY_THRESHOLDS.half]];
      return { ...cut(toSums(value, 1, refuse), levels, refuse), coupled: true, step: 0.5 };
    }
    if (layer instanceof BinaryActivation) {
      const levels = wire.map(({ sourceLayer }) => (sourceLayer as BinaryActivation).threshold);
      return { ...cut(toSums(value, wire.length, refuse), [levels], refuse), coupled: false, step: 1 };
    }
    if (layer instanceof FixedPointRelu) {
      const sums = toSums(value, wire.length, refuse);
      return this.#fixedPoint(wire, sums, { type: 'u8', step: layer.step }, refuse);
    }
    if (layer instanceof FixedPoint) {
      if (isStream(value, layer.step)) return value;
      const sums = toSums(value, wire.length, refuse);
      return this.#fixedPoint(wire, sums, { type: 'int16', step: layer.step }, refuse);
    }
    if (layer instanceof PadChannels) {
      if (value.kind === 'tensor' && value.largest === 32768) return { kind: 'padded', stream: value };
      throw refuse('zero channels can only be added to a stream; put a FixedPoint layer before it');
    }
    switch (className) {
      case 'BatchNormalization':
        return normalized(
          toSums(value, wire.length, refuse),
          wire.flatMap(({ sourceLayer }) => channelNorms(sourceLayer)),
          refuse,
        );
      case 'MaxPooling2D':
        return this.#maxPool(value, layer, refuse);
      case 'AveragePooling2D':
      case 'GlobalAveragePooling2D': {
        if (value.kind !== 'tensor' || value.largest < 255)
          throw refuse('an average needs bytes or fixed-point numbers before it');
        const window = className === 'AveragePooling2D' ? poolOf(layer) : 'image';
        return meanOver(value, window, false, refuse);
      }
      case 'Flatten': {
        const pixels = inputs[0][0].shape
          .slice(1, -1)
          .reduce<number>((count, size) => count * (size ?? 1), 1);
        if (wire.length === 2 && pixels > 1) throw refuse('join the two branches before it');
        return value;
      }
      case 'Dropout':
        return value;
      default:
        throw refuse(SUPPORTED);
    }
  }

  /** What two tensors of one layer's inputs carry together, if there are two. */
  #ofBranches(inputs: Wire[]): Value | undefined {
    const [first, second, ...others] = inputs;
    if (!second || others.length > 0 || first.length === 2) return undefined;
    return this.#valueOf([first[0], second[0]]);
  }

  /** One of the two is a stream that is there already; the other is rounded with the sum. */
  #add(wire: Wire, step: number, refuse: Refuse): TensorValue {
    const values = inputWires(wire).map((input) => this.#valueOf(input));
    const streams = values.filter((value) => isStream(value, step));
    const addend = streams.find(({ kind }) => kind === 'padded') ?? streams[0];
    if (!addend) {
      throw refuse(
        `one of its inputs must be fixed-point numbers with steps of ${step}; put a FixedPoint layer behind the shortcut`,
      );
    }
    const other = toSums(values[addend === values[0] ? 1 : 0], wire.length, refuse);
    const stream = addend.kind === 'padded' ? addend.stream : addend;
    const { index } = stream.copies === wire.length ? stream : this.#twice(stream);
    return this.#fixedPoint(wire, other, { type: 'int16', step, addend: index }, refuse);
  }

  /** A stream that both branches share, for each to add to its own. */
  #twice(stream: TensorValue): TensorValue {
    const known = this.#twofold.get(stream.index);
    if (known) return known;
    const { node, unit } = averageOf(stream, eachPixel(stream), false);
    const folded = foldFixedPoint(Array(2 * stream.channels).fill(NO_NORM), unit, stream.step);
    this.#append({ ...node, epilogue: { kind: 'fixed-point', type: 'int16', ...folded, addend: 0 } });
    const twofold: TensorValue = { ...stream, index: this.#nodes.length, copies: 2 };
    this.#twofold.set(stream.index, twofold);
    return twofold;
  }

  /** Sums end in it, so it has its place at once. */
  #fixedPoint(
    wire: Wire,
    sums: SumsValue,
    { type, step, addend = 0 }: { type: 'u8' | 'int16'; step: number; addend?: number },
    refuse: Refuse,
  ): TensorValue {
    const { op, copies, channels, pools, norms } = sums;
    if (pools.length > 0)
      throw refuse('pooling before it is not supported; pool behind an earlier activation, or behind it');
    if (op.bias.some((bias) => bias !== 0)) throw refuse('the layer before it has a bias');
    const raisedUpTo = op.node.kind === 'sum-pool' && !norms ? op.limit : 0;
    const folded = foldFixedPoint(normsOf(sums), op.unit, step, raisedUpTo);
    this.#append({ ...op.node, epilogue: { kind: 'fixed-point', type, ...folded, addend } });
    const index = this.#nodes.length;
    this.#activations.push({ op: index - 1, tensors: wire, step });
    const { outputHeight: height, outputWidth: width } = op.node;
    const largest = type === 'u8' ? 255 : 32768;
    return { kind: 'tensor', index, height, width, channels, copies, largest, step };
  }

  /** At once where there are numbers to pool; otherwise when the activations get their place. */
  #maxPool(value: Value, layer: tf.layers.Layer, refuse: Refuse): Value {
    const { poolSize, strides, padding } = poolOf(layer);
    if (value.kind === 'sums' || value.kind === 'cuts') {
      const placed = placeWindow(sizeOf(value), poolSize, strides, padding, refuse);
      const beforeNorm = value.kind === 'sums' && value.norms === undefined;
      return { ...value, pools: [...value.pools, { ...placed, beforeNorm }] };
    }
    if (value.kind !== 'tensor' || value.index === 0) throw refuse('a pool needs a convolution before it');
    const placed = placeWindow([value.height, value.width], poolSize, strides, padding, refuse);
    this.#append({ kind: 'max-pool', input: value.index, ...placed, andMask: new Uint8Array() });
    const { outputHeight: height, outputWidth: width } = placed;
    return { ...value, index: this.#nodes.length, height, width };
  }

  /** Gives a value its place in the graph, so that a layer can read it. */
  #place(symbolic: tf.SymbolicTensor, value: Value, refuse: Refuse): TensorValue {
    if (value.kind === 'tensor') return value;
    if (value.kind !== 'cuts')
      throw refuse('its input must be the image or the output of an activation or a FixedPoint layer');
    const known = this.#placed.get(value);
    if (known) return known;
    const { op, pools, cuts, coupled, step } = value;
    this.#append({ ...op.node, epilogue: { kind: 'threshold', thresholds, coupled } });
    for (const { beforeNorm, ...placed } of pools) {
      const all = Uint8Array.from(
        cuts.flatMap((cut) => [...cut.invert]),
        (below) => (beforeNorm ? below : 0),
      );
      this.#append({ kind: 'max-pool', input: this.#nodes.length, ...placed, andMask });
    }
    const [height, width] = sizeOf(value);
    const index = this.#nodes.length;
    this.#activations.push({ op: index - 1, tensors: [symbolic], step });
    const channels = op.node.filters * (coupled ? 1 : cuts.length);
    const placed: TensorValue = {
      kind: 'tensor',
      index,
      height,
      width,
      channels,
      copies: 1,
      largest: coupled ? 2 : 1,
      step,
    };
    this.#placed.set(value, placed);
    return placed;
  }

  #append(node: Op): void {
    this.#nodes.push(node);
  }
}

function imageShape(input: tf.SymbolicTensor): [number, number, number] {
  const shape = input.shape.slice(1);
  if (shape.some((size) => size === null)) {
    throw new UnsupportedLayerError(input.name, 'input', 'its height, width and channels must be fixed');
  }
  if (shape.length === 1) return [1, 1, shape[0] as number];
  if (shape.length === 3) return shape as [number, number, number];
  throw new UnsupportedLayerError(input.name, 'input', 'it must be [height, width, channels] or [values]');
}

function keyOf(wire: Wire): string {
  return wire.map(({ id }) => id).join();
}

/** What the layer of a wire reads, input by input. */
function inputWires(wire: Wire): Wire[] {
  const [first, second] = wire.map(
    ({ sourceLayer, nodeIndex }) => sourceLayer.inboundNodes[nodeIndex].inputTensors,
  );
  return first.map((tensor, i): Wire => (second ? [tensor, second[i]] : [tensor]));
}

/** Whether two layers do the same, but for their weights and thresholds. */
function agree(layer: tf.layers.Layer, twin: tf.layers.Layer): boolean {
  if (layer === twin) return true;
  const settings = (of: tf.layers.Layer) => {
    const { name: _name, threshold: _threshold, ...config } = of.getConfig();
    return JSON.stringify([of.getClassName(), config]);
  };
  return settings(layer) === settings(twin);
}

function isStream(value: Value, step: number): value is TensorValue | PaddedValue {
  const stream = value.kind === 'padded' ? value.stream : value;
  return stream.kind === 'tensor' && stream.largest === 32768 && stream.step === step;
}

interface PoolConfig {
  poolSize: [number, number];
  strides: [number, number];
  padding: 'same' | 'valid';
}

function poolOf(layer: tf.layers.Layer): PoolConfig {
  return layer.getConfig() as unknown as PoolConfig;
}

/**
 * Averages over windows of a stream or of bytes.
 *
 * @param window of an average pool; or each pixel for itself, or the whole image
 * @param joined whether the two copies are averaged too
 */
function meanOver(
  stream: TensorValue,
  window: PoolConfig | 'pixels' | 'image',
  joined: boolean,
  refuse: Refuse,
): SumsValue {
  const size: [number, number] = [stream.height, stream.width];
  const placed =
    window === 'pixels'
      ? eachPixel(stream)
      : window === 'image'
        ? placeWindow(size, size, [1, 1], 'valid', refuse)
        : placeWindow(size, window.poolSize, window.strides, window.padding, refuse);
  const op = averageOf(stream, placed, joined, refuse);
  const copies = joined ? 1 : stream.copies;
  return { kind: 'sums', op, copies, channels: stream.channels, pools: [], norms: undefined };
}

/** Bytes and streams count as sums of windows of one pixel, and what the branches share as a copy for each. */
function toSums(value: Value, copies: Copies, refuse: Refuse): SumsValue {
  if (value.kind === 'tensor' && value.index > 0 && value.largest >= 255)
    return toSums(meanOver(value, 'pixels', false, refuse), copies, refuse);
  if (value.kind !== 'sums')
    throw refuse('it needs a convolution, a dense layer or fixed-point numbers before it');
  if (value.copies === copies) return value;
  return { ...value, copies, norms: value.norms && [...value.norms, ...value.norms] };
}

function normalized(sums: SumsValue, norms: ChannelNorm[], refuse: Refuse): SumsValue {
  if (sums.norms)
    throw refuse('a batch norm must follow a convolution or dense layer, with at most a pool between');
  if (norms.length !== sums.copies * sums.channels)
    throw refuse(`it must normalize ${sums.channels} channels, one for each filter`);
  return { ...sums, norms };
}

/** [copies][channels]: what stands between sums, in the layer's unit, and their activation; gains are taken into it. */
function normsOf({ op, copies, channels, norms }: SumsValue): ChannelNorm[] {
  return Array.from({ length: copies * channels }, (_, i) => {
    const norm = norms?.[i] ?? NO_NORM;
    return op.gains ? withGain(norm, op.gains[i % channels]) : norm;
  });
}

/** @param levels [cuts][copies]: the thresholds of the activations */
function cut(sums: SumsValue, levels: number[][], refuse: Refuse): Omit<CutsValue, 'step' | 'coupled'> {
  const { op, copies, channels, pools } = sums;
  if (op.bias.some((bias) => bias !== 0)) throw refuse('the layer before it has a bias');
  const { filters } = op.node;
  const norms = normsOf(sums);
  const folded = levels.flatMap((ofCopy) =>
    norms.map((norm, i) => foldThreshold(norm, op.unit, ofCopy[Math.floor(i / channels)], op.limit)),
  );
  const cuts = Array.from({ length: folded.length / filters }, (_, k): Threshold => {
    const some = folded.slice(k * filters, (k + 1) * filters);
    return {
      values: Int32Array.from(some, ({ threshold }) => threshold),
      invert: Uint8Array.from(some, ({ below }) => below),
    };
  });
  return { kind: 'cuts', op, copies, pools, cuts };
}
