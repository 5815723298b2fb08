/**
 * Lowering: from a trained layers model to the buffer's graph of integers.
 *
 * The walk goes from the output to the image. What a layer makes is one of
 *
 * - a *tensor*: the image or packed activations, with a place in the graph;
 * - *sums*: a convolution's integers and what has happened to them since (pooling, batch norm). They have no place
 *   in the graph, because a sum only exists between a convolution and its threshold;
 * - *cuts*: sums behind one or two activations. Only when a next layer reads them, or they are complete, does the
 *   convolution enter the graph, with all of its thresholds.
 */
import * as tf from '@tensorflow/tfjs';
import type { Cut, Graph, Node } from '../../sdk/format/graph.js';
import {
  BinaryActivation,
  BinaryConv2D,
  BinaryDense,
  FixedPointRelu,
  Int8Conv2D,
  Int8Dense,
  TernaryActivation,
} from '../layers/index.js';
import { UnsupportedLayerError } from './errors.js';
import { type ChannelNorm, foldThreshold, withGain } from './fold.js';
import { foldFixedPoint } from './fold-fixed-point.js';
import { type PlacedWindow, placeWindow } from './window.js';

/** A lowered model, and where its activations can be compared with the model's own. */
export interface Lowered {
  graph: Graph;
  /** Each activation that ends an op (or the pool behind it): the op's output stands for the symbolic tensor. */
  activations: {
    op: number;
    tensor: tf.SymbolicTensor;
    /** What one bit, or one step of a fixed-point activation, stands for. */
    step: number;
  }[];
}

interface TensorValue {
  kind: 'tensor';
  /** Number of the tensor in the graph. */
  index: number;
  height: number;
  width: number;
  channels: number;
  /** What the layer that reads it meets: 0 or 1 each, 0 to 2 where planes are coupled, bytes else. */
  largest: 1 | 2 | 255;
  /** What one bit, one grey level or one fixed-point step stands for. */
  step: number;
}

interface SumsValue {
  kind: 'sums';
  convolution: Convolution;
  pools: Pool[];
  norms: ChannelNorm[] | undefined;
}

interface CutsValue {
  kind: 'cuts';
  convolution: Convolution;
  pools: Pool[];
  cuts: Cut[];
  /** What one bit stands for. */
  step: number;
  coupled: boolean;
}

type Value = TensorValue | SumsValue | CutsValue;

/** A convolution or dense layer, whose thresholds are not known yet. */
interface Convolution extends PlacedWindow {
  kind: 'int8-convolution' | 'binary-convolution';
  input: number;
  filters: number;
  weights: Int8Array;
  bias: Int32Array;
  /** What one step of the sums stands for. */
  unit: number;
  /** What each output's sums have to be multiplied by beforehand, where outputs have scales of their own. */
  gains?: Float64Array;
  /** No sum is larger. */
  limit: number;
}

interface Pool extends PlacedWindow {
  /** Pooled sums; otherwise what comes out of the batch norm or the activation is pooled. */
  beforeNorm: boolean;
}

const SUPPORTED =
  'supported are Int8Conv2D, BinaryConv2D, Int8Dense, BinaryDense, BatchNormalization, TernaryActivation, ' +
  'BinaryActivation, FixedPointRelu, MaxPooling2D, Flatten, Dropout, and Concatenate of the two activations of one layer';

/**
 * @param model one input [height, width, channels] or [values] of raw pixels 0..255, one output of logits
 * @throws {UnsupportedLayerError} naming the layer, and what would be supported
 * @throws {NotFiniteError} if a parameter is NaN or infinite
 */
export function lower(model: tf.LayersModel): Lowered {
  return new Lowering(model).run();
}

class Lowering {
  readonly #nodes: Node[] = [];
  readonly #activations: Lowered['activations'] = [];
  readonly #values = new Map<number, Value>();
  readonly #placed = new Map<CutsValue, TensorValue>();

  constructor(readonly model: tf.LayersModel) {}

  run(): Lowered {
    const { inputs, outputs, name } = this.model;
    if (inputs.length !== 1 || outputs.length !== 1) {
      throw new UnsupportedLayerError(name, 'model', 'it must have one input and one output');
    }
    const [height, width, channels] = imageShape(inputs[0]);
    const image: TensorValue = { kind: 'tensor', index: 0, height, width, channels, largest: 255, step: 1 };
    this.#values.set(inputs[0].id, image);

    const last = this.#valueOf(outputs[0]);
    if (last.kind === 'sums' && last.convolution.gains) {
      const layer = outputs[0].sourceLayer;
      const reason = 'logits need one scale for all; leave channelScales out of the last layer';
      throw new UnsupportedLayerError(layer.name, layer.getClassName(), reason);
    }
    if (last.kind !== 'sums' || last.norms || last.pools.length > 0) {
      const layer = outputs[0].sourceLayer;
      throw new UnsupportedLayerError(
        layer.name,
        layer.getClassName(),
        'a network must end in logits, the output of an Int8Dense, BinaryDense or convolution layer',
      );
    }
    this.#append({ ...nodeOf(last.convolution), epilogue: { kind: 'sum', bias: last.convolution.bias } });
    return {
      graph: { input: { height, width, channels }, nodes: this.#nodes, outputScale: last.convolution.unit },
      activations: this.#activations,
    };
  }

  /** The value of a symbolic tensor; computed once. */
  #valueOf(symbolic: tf.SymbolicTensor): Value {
    const known = this.#values.get(symbolic.id);
    if (known) return known;
    const layer = symbolic.sourceLayer;
    const { inputTensors } = layer.inboundNodes[symbolic.nodeIndex];
    const inputs = inputTensors.map((tensor) => ({ tensor, value: this.#valueOf(tensor) }));
    const value = this.#lowerLayer(layer, inputs, symbolic);
    this.#values.set(symbolic.id, value);
    return value;
  }

  #lowerLayer(
    layer: tf.layers.Layer,
    inputs: { tensor: tf.SymbolicTensor; value: Value }[],
    output: tf.SymbolicTensor,
  ): Value {
    const [{ tensor, value }] = inputs;
    const refuse = (reason: string) => new UnsupportedLayerError(layer.name, layer.getClassName(), reason);

    if (layer instanceof Int8Conv2D || layer instanceof BinaryConv2D) {
      const input = this.#place(tensor, value, refuse);
      const placed = placeWindow([input.height, input.width], layer.kernelSize, layer.strides, layer.padding);
      return this.#sums(layer, input, placed, layer.filters, refuse);
    }
    if (layer instanceof Int8Dense || layer instanceof BinaryDense) {
      const input = this.#place(tensor, value, refuse);
      const size: [number, number] = [input.height, input.width];
      return this.#sums(layer, input, placeWindow(size, size, [1, 1], 'valid'), layer.units, refuse);
    }
    if (layer instanceof TernaryActivation || layer instanceof BinaryActivation) {
      if (value.kind !== 'sums') throw refuse('an activation needs a convolution or dense layer before it');
      if (value.convolution.bias.some((bias) => bias !== 0)) throw refuse('the layer before it has a bias');
      const coupled = layer instanceof TernaryActivation;
      const levels = coupled ? [0.75, 0.25] : [layer.threshold];
      const cuts = levels.map((level) => foldCut(value, level));
      const { convolution, pools } = value;
      return { kind: 'cuts', convolution, pools, cuts, coupled, step: coupled ? 0.5 : 1 };
    }
    if (layer instanceof FixedPointRelu) return this.#fixedPoint(layer, value, output, refuse);
    switch (layer.getClassName()) {
      case 'BatchNormalization': {
        if (value.kind !== 'sums' || value.norms) {
          throw refuse('a batch norm must follow a convolution or dense layer, with at most a pool between');
        }
        return { ...value, norms: channelNorms(layer, value.convolution.filters, refuse) };
      }
      case 'MaxPooling2D': {
        if (value.kind === 'tensor') throw refuse('a pool needs a convolution before it');
        const { poolSize, strides, padding } = layer.getConfig() as unknown as PoolConfig;
        const size = sizeOf(value);
        const placed = placeWindow([size.outputHeight, size.outputWidth], poolSize, strides, padding);
        const beforeNorm = value.kind === 'sums' && value.norms === undefined;
        return { ...value, pools: [...value.pools, { ...placed, beforeNorm }] };
      }
      case 'Concatenate':
        return concatenate(
          inputs.map((input) => input.value),
          refuse,
        );
      case 'Flatten':
      case 'Dropout':
        return value;
      default:
        throw refuse(SUPPORTED);
    }
  }

  #sums(
    layer: Int8Conv2D | BinaryConv2D | Int8Dense | BinaryDense,
    input: TensorValue,
    placed: PlacedWindow,
    filters: number,
    refuse: (reason: string) => Error,
  ): SumsValue {
    const binary = layer instanceof BinaryConv2D || layer instanceof BinaryDense;
    if (binary && input.largest === 255)
      throw refuse('binary weights need binary activations, and its input has bytes');
    const { kernelHeight, kernelWidth } = placed.window;
    if (kernelHeight > 255 || kernelWidth > 255)
      throw refuse('a kernel may have at most 255 rows and columns');
    const weights = binary ? layer.binaryWeights() : layer.integerWeights();
    const values = 'signs' in weights ? weights.signs : weights.values;
    const biases = 'bias' in weights ? weights.bias : null;
    const scales = layer.outputScales();
    const perBias = layer instanceof Int8Dense ? layer.inputStep / input.step : 1;
    const convolution: Convolution = {
      kind: binary ? 'binary-convolution' : 'int8-convolution',
      input: input.index,
      ...placed,
      filters,
      weights: transpose(values, filters),
      bias: Int32Array.from({ length: filters }, (_, filter) => (biases?.[filter] ?? 0) * perBias),
      unit: weights.scale * input.step,
      gains: scales && Float64Array.from(scales, (scale) => scale / weights.scale),
      limit: kernelHeight * kernelWidth * input.channels * input.largest * (binary ? 1 : 127),
    };
    if (!Number.isInteger(perBias) && biases?.some((bias) => !Number.isInteger(bias * perBias))) {
      throw refuse(
        `its inputStep of ${(layer as Int8Dense).inputStep} does not fit an input with steps of ${input.step}`,
      );
    }
    return { kind: 'sums', convolution, pools: [], norms: undefined };
  }

  /** Sums end in it, so it has its place at once. */
  #fixedPoint(
    { step }: FixedPointRelu,
    value: Value,
    output: tf.SymbolicTensor,
    refuse: (reason: string) => Error,
  ): TensorValue {
    if (value.kind !== 'sums') throw refuse('an activation needs a convolution or dense layer before it');
    if (value.pools.length > 0)
      throw refuse('pooling before it is not supported; pool behind an earlier activation');
    const { convolution, norms } = value;
    if (convolution.bias.some((bias) => bias !== 0)) throw refuse('the layer before it has a bias');
    const folded = foldFixedPoint(normsOf({ convolution, norms }), convolution.unit, step);
    this.#append({ ...nodeOf(convolution), epilogue: { kind: 'fixed-point', ...folded } });
    const index = this.#nodes.length;
    this.#activations.push({ op: index - 1, tensor: output, step });
    const { outputHeight: height, outputWidth: width, filters } = convolution;
    return { kind: 'tensor', index, height, width, channels: filters, largest: 255, step };
  }

  /** Gives a value its place in the graph, so that a layer can read it. */
  #place(symbolic: tf.SymbolicTensor, value: Value, refuse: (reason: string) => Error): TensorValue {
    if (value.kind === 'tensor') return value;
    if (value.kind === 'sums') throw refuse('its input must be the image or the output of an activation');
    const known = this.#placed.get(value);
    if (known) return known;
    const { convolution, pools, cuts, coupled, step } = value;
    this.#append({ ...nodeOf(convolution), epilogue: { kind: 'threshold', cuts, coupled } });
    for (const { window, outputHeight, outputWidth, beforeNorm } of pools) {
      const all = Uint8Array.from(
        cuts.flatMap((cut) => [...cut.below]),
        (below) => (beforeNorm ? below : 0),
      );
      this.#append({ kind: 'max-pool', input: this.#nodes.length, window, outputHeight, outputWidth, all });
    }
    const { outputHeight: height, outputWidth: width } = sizeOf(value);
    const channels = convolution.filters * (coupled ? 1 : cuts.length);
    const index = this.#nodes.length;
    this.#activations.push({ op: index - 1, tensor: symbolic, step });
    const placed: TensorValue = {
      kind: 'tensor',
      index,
      height,
      width,
      channels,
      largest: coupled ? 2 : 1,
      step,
    };
    this.#placed.set(value, placed);
    return placed;
  }

  #append(node: Node): void {
    this.#nodes.push(node);
  }
}

interface PoolConfig {
  poolSize: [number, number];
  strides: [number, number];
  padding: 'same' | 'valid';
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

function nodeOf({ kind, input, window, outputHeight, outputWidth, filters, weights }: Convolution) {
  return { kind, input, window, outputHeight, outputWidth, filters, weights };
}

/** Height and width after all pools. */
function sizeOf({ convolution, pools }: SumsValue | CutsValue): PlacedWindow {
  return pools.at(-1) ?? convolution;
}

/** From TensorFlow's [..., in, out] to the buffer's [out][..., in]. */
function transpose(values: Int8Array, outputs: number): Int8Array {
  const rows = values.length / outputs;
  return Int8Array.from(
    { length: values.length },
    (_, i) => values[(i % rows) * outputs + Math.floor(i / rows)],
  );
}

function channelNorms(
  layer: tf.layers.Layer,
  channels: number,
  refuse: (reason: string) => Error,
): ChannelNorm[] {
  const { scale, center, epsilon } = layer.getConfig() as {
    scale: boolean;
    center: boolean;
    epsilon: number;
  };
  const weights = layer.getWeights().map((weight) => weight.dataSync());
  const gamma = scale ? weights.shift() : undefined;
  const beta = center ? weights.shift() : undefined;
  const [mean, variance] = weights;
  if (mean.length !== channels) throw refuse(`it must normalise ${channels} channels, one for each filter`);
  return Array.from({ length: channels }, (_, c) => ({
    gamma: gamma?.[c] ?? 1,
    beta: beta?.[c] ?? 0,
    mean: mean[c],
    variance: variance[c],
    epsilon,
  }));
}

const NO_NORM: ChannelNorm = { gamma: 1, beta: 0, mean: 0, variance: 1, epsilon: 0 };

/** What stands between the sums, in the layer's unit, and the activation; an output's own scale is taken into its norm. */
function normsOf({ convolution, norms }: Pick<SumsValue, 'convolution' | 'norms'>): ChannelNorm[] {
  const { filters, gains } = convolution;
  return Array.from({ length: filters }, (_, filter) => {
    const norm = norms?.[filter] ?? NO_NORM;
    return gains ? withGain(norm, gains[filter]) : norm;
  });
}

function foldCut(value: SumsValue, level: number): Cut {
  const { unit, limit } = value.convolution;
  const folded = normsOf(value).map((norm) => foldThreshold(norm, unit, level, limit));
  return {
    thresholds: Int32Array.from(folded, ({ threshold }) => threshold),
    below: Uint8Array.from(folded, ({ below }) => below),
  };
}

/** The two activations of a decoupled layer: one convolution, two cuts. */
function concatenate(values: Value[], refuse: (reason: string) => Error): CutsValue {
  const [first, second] = values;
  if (values.length !== 2 || first.kind !== 'cuts' || second.kind !== 'cuts') throw refuse(SUPPORTED);
  const sameSums = first.convolution === second.convolution && samePools(first.pools, second.pools);
  const single = !first.coupled && !second.coupled && first.cuts.length === 1 && second.cuts.length === 1;
  if (!sameSums || !single) throw refuse(SUPPORTED);
  return { ...first, cuts: [...first.cuts, ...second.cuts] };
}

function samePools(first: Pool[], second: Pool[]): boolean {
  return JSON.stringify(first) === JSON.stringify(second);
}
