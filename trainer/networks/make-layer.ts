/** Makes the layer that a {@link PlainLayerSpec} describes. */
import {
  BatchNorm,
  BinaryActivation,
  BinaryConv2D,
  BinaryDense,
  Dropout,
  FixedPoint,
  FixedPointRelu,
  Int8Conv2D,
  Int8Dense,
  PadChannels,
  STREAM_STEP,
  TernaryActivation,
} from '../layers/index.js';
import type { Random } from '../numbers/random.js';
import * as tf from '../tensorflow/index.js';
import type { PlainLayerSpec } from './network-spec.js';

/** The step of an int8 layer's bias behind full-precision values, which have no step: 8 fractional bits. */
const FULL_PRECISION_STEP = 2 ** -8;

/** The default step of a fixed-point ReLU: levels up to 15.94, for the output of a batch norm. */
export const RELU_STEP = 2 ** -4;

export interface LayerInput {
  shape: tf.Shape;
  /** The distance between the levels of the input; undefined in full precision. */
  step?: number;
}

/** Makes layers with initial weights from one sequence of random seeds. */
export class LayerMaker {
  constructor(
    readonly random: Random,
    readonly initial: 'random' | 'zeros',
  ) {}

  make(layer: PlainLayerSpec, { shape, step }: LayerInput): tf.layers.Layer {
    const { name } = layer;
    switch (layer.kind) {
      case 'int8-conv':
        return new Int8Conv2D({ ...this.#quantized(layer), ...window(layer, shape), name });
      case 'binary-conv':
        return new BinaryConv2D({
          ...this.#quantized(layer),
          ...window(layer, shape),
          channelScales: layer.channelScales,
          name,
        });
      case 'float-conv':
        return tf.layers.conv2d({
          ...window(layer, shape),
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
        return new FixedPointRelu({ step: layer.step ?? RELU_STEP, name });
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

  /**
   * Has the standard deviation of quantized layers, sqrt(4 / n), n = inputs + outputs of a window (without
   * strides).
   */
  #floatInitializer() {
    const seed = this.random.seed();
    if (this.initial === 'zeros') return tf.initializers.zeros();
    return tf.initializers.varianceScaling({ scale: 2, mode: 'fanAvg', distribution: 'normal', seed });
  }
}

type Conv = Extract<PlainLayerSpec, { filters: number }>;
type Pool = Extract<PlainLayerSpec, { kind: 'max-pool' | 'average-pool' }>;

function window({ filters, kernel, stride, padding }: Conv, shape: tf.Shape) {
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
