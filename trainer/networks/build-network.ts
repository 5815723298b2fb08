/** From a recipe to a layers model. */

import { BdEdgeError } from '@bd-edge/sdk/internal';
import {
  BatchNorm,
  BinaryActivation,
  BinaryConv2D,
  BinaryDense,
  Dropout,
  FixedPoint,
  FixedPointAdd,
  FixedPointRelu,
  Int8Conv2D,
  Int8Dense,
  PadChannels,
  STREAM_STEP,
  TernaryActivation,
} from '../layers/index.js';
import { Random } from '../numbers/random.js';
import * as tf from '../tensorflow/index.js';
import { INPUT_NAME, withNames } from './layer-names.js';
import {
  InvalidRecipeError,
  type NetworkSpec,
  type PlainLayerSpec,
  parseNetworkSpec,
  type LayerSpec,
} from './network-spec.js';

export interface BuildOptions {
  /** 'zeros' builds a network whose shapes alone matter, in a moment. Default: 'random'. */
  initial?: 'random' | 'zeros';
}

/** An int8 layer behind full-precision values has no step to take over; its bias then has 8 bits behind the point. */
const FULL_PRECISION_STEP = 2 ** -8;

/** Levels up to 15.94, for what comes out of a batch norm. */
const FIXED_POINT_STEP = 2 ** -4;

/** A tensor on its way through the network. */
interface Flow {
  tensor: tf.SymbolicTensor;
  /** Between the levels of the activation that made it; undefined in full precision. */
  step?: number;
  /** Whether it is a stream, fixed-point numbers of either sign. */
  stream?: boolean;
}

/**
 * @param recipe checked here, so it may come from anywhere
 * @param seed of the initial weights: each weight layer gets its own, in the recipe's order
 * @throws InvalidRecipeError naming the field, or the layer that cannot follow the one before
 */
export function buildNetwork(
  recipe: NetworkSpec,
  seed: number,
  { initial = 'random' }: BuildOptions = {},
): tf.LayersModel {
  const { name = 'network', input, layers } = withNames(parseNetworkSpec(recipe));
  const builder = new Builder(new Random(seed), initial);
  const image = tf.input({ shape: input, name: INPUT_NAME });
  // Pixels are whole numbers.
  const { tensor } = builder.stack(layers, { tensor: image, step: 1 }, 'layers');
  return tf.model({ inputs: image, outputs: tensor, name });
}

class Builder {
  constructor(
    readonly random: Random,
    readonly initial: 'random' | 'zeros',
  ) {}

  stack(layers: readonly LayerSpec[], input: Flow, path: string): Flow {
    return layers.reduce((flow, layer, i) => this.#next(layer, flow, `${path}.${i}`), input);
  }

  #next(layer: LayerSpec, input: Flow, path: string): Flow {
    if (layer.kind === 'residual') {
      const sum = this.stack(layer.layers, input, `${path}.layers`);
      const shortcut = this.stack(layer.shortcut ?? [], input, `${path}.shortcut`);
      const { name } = layer;
      const { step, stream } = shortcut.stream ? shortcut : sum;
      const add = stream ? new FixedPointAdd({ step, name }) : tf.layers.add({ name });
      const tensor = apply(add, [sum.tensor, shortcut.tensor], path);
      return stream ? { tensor, step, stream } : { tensor };
    }
    const tensor = apply(this.#layer(layer, input, path), input.tensor, path);
    return { tensor, ...levelsBehind(layer, input) };
  }

  #layer(layer: PlainLayerSpec, { tensor, step }: Flow, path: string): tf.layers.Layer {
    const { name } = layer;
    if ('units' in layer && tensor.shape.length !== 2) throw unfit('a dense layer', tensor, path);
    if ('filters' in layer && tensor.shape.length !== 4) throw unfit('a convolution', tensor, path);
    switch (layer.kind) {
      case 'int8-conv':
        return new Int8Conv2D({ ...this.#quantized(layer), ...window(layer, tensor), name });
      case 'binary-conv':
        return new BinaryConv2D({
          ...this.#quantized(layer),
          ...window(layer, tensor),
          channelScales: layer.channelScales,
          name,
        });
      case 'float-conv':
        return tf.layers.conv2d({
          ...window(layer, tensor),
          useBias: false,
          kernelInitializer: this.#floatInitializer(),
          name,
        });
      case 'int8-dense':
        return new Int8Dense({
          ...this.#quantized(layer),
          units: layer.units,
          useBias: layer.bias ?? true,
          inputStep: step ?? FULL_PRECISION_STEP,
          name,
        });
      case 'binary-dense':
        return new BinaryDense({
          ...this.#quantized(layer),
          units: layer.units,
          channelScales: layer.channelScales,
          name,
        });
      case 'float-dense':
        return tf.layers.dense({
          units: layer.units,
          useBias: layer.bias ?? true,
          kernelInitializer: this.#floatInitializer(),
          name,
        });
      case 'max-pool':
        return tf.layers.maxPooling2d({ ...poolWindow(layer), name });
      case 'average-pool':
        return tf.layers.averagePooling2d({ ...poolWindow(layer), name });
      case 'global-average-pool':
        return tf.layers.globalAveragePooling2d({ name });
      case 'norm':
        return new BatchNorm({ momentum: layer.momentum, epsilon: layer.epsilon, name });
      case 'ternary':
        return new TernaryActivation({ name });
      case 'binary':
        return new BinaryActivation({ threshold: layer.threshold, name });
      case 'relu':
        return tf.layers.reLU({ name });
      case 'fixed-point-relu':
        return new FixedPointRelu({ step: layer.step ?? FIXED_POINT_STEP, name });
      case 'fixed-point':
        return new FixedPoint({ step: layer.step ?? STREAM_STEP, name });
      case 'dropout':
        return new Dropout({ rate: layer.rate, seed: this.random.seed(), name });
      case 'flatten':
        return tf.layers.flatten({ name });
      case 'zero-pad':
        return tf.layers.zeroPadding2d({ padding: both(layer.size), name });
      case 'pad-channels':
        return new PadChannels({ channels: layer.channels, name });
    }
  }

  #quantized({ clipLatents }: { clipLatents?: boolean }) {
    const kernelInitializer: 'normal' | 'zeros' = this.initial === 'zeros' ? 'zeros' : 'normal';
    return { clipLatents, seed: this.random.seed(), kernelInitializer };
  }

  /** As the quantized layers': standard deviation sqrt(4 / n), n = inputs + outputs of a window (strides aside). */
  #floatInitializer() {
    const seed = this.random.seed();
    if (this.initial === 'zeros') return tf.initializers.zeros();
    return tf.initializers.varianceScaling({ scale: 2, mode: 'fanAvg', distribution: 'normal', seed });
  }
}

function apply(
  layer: tf.layers.Layer,
  input: tf.SymbolicTensor | tf.SymbolicTensor[],
  path: string,
): tf.SymbolicTensor {
  const shapes = [input].flat().map((tensor) => `[${tensor.shape.slice(1).join(', ')}]`);
  const refuse = (reason: string, cause?: unknown) =>
    new InvalidRecipeError(path, `${layer.getClassName()} cannot take ${shapes.join(' and ')}: ${reason}`, {
      cause,
    });
  try {
    const output = layer.apply(input) as tf.SymbolicTensor;
    if (output.shape.slice(1).some((size) => !((size as number) >= 1)))
      throw refuse('nothing would be left of it');
    return output;
  } catch (cause) {
    if (cause instanceof BdEdgeError) throw cause;
    throw refuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

type Conv = Extract<PlainLayerSpec, { filters: number }>;
type Pool = Extract<PlainLayerSpec, { kind: 'max-pool' | 'average-pool' }>;

function unfit(what: string, { shape }: tf.SymbolicTensor, path: string): InvalidRecipeError {
  return new InvalidRecipeError(path, `${what} cannot take [${shape.slice(1).join(', ')}]`);
}

function window({ filters, kernel, stride, padding }: Conv, { shape }: tf.SymbolicTensor) {
  const whole = shape.slice(1, 3) as [number, number];
  return {
    filters,
    kernelSize: kernel === 'whole' ? whole : both(kernel),
    strides: both(stride ?? 1),
    padding: padding ?? 'valid',
  } as const;
}

function poolWindow({ size, stride, padding }: Pool) {
  return { poolSize: both(size), strides: both(stride ?? size), padding: padding ?? 'valid' } as const;
}

function both(value: number | [number, number]): [number, number] {
  return typeof value === 'number' ? [value, value] : value;
}

/** What lies between two levels behind a layer, and of what kind they are. */
function levelsBehind(layer: PlainLayerSpec, { step, stream }: Flow): Omit<Flow, 'tensor'> {
  switch (layer.kind) {
    case 'fixed-point-relu':
      return { step: layer.step ?? FIXED_POINT_STEP };
    case 'fixed-point':
      return { step: layer.step ?? STREAM_STEP, stream: true };
    case 'ternary':
      return { step: 0.5 };
    case 'binary':
      return { step: 1 };
    case 'max-pool':
    case 'flatten':
    case 'dropout':
    case 'zero-pad':
    case 'pad-channels':
      return { step, stream };
    default:
      return {};
  }
}
