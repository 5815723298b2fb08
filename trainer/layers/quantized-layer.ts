/**
 * The base of layers with quantized weights. They have a latent kernel in float32, which every forward pass
 * quantizes:
 *
 *     y = scale * (x * integers),   (scale, integers) = quantize(latent kernel)
 *
 * Training moves the latent kernel, and a checkpoint holds it. The output depends only on its quantized form.
 */

import { type ScaledIntegers, straightThrough, straightThroughChannels } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';
import { BOOLEAN, checkedOptions, FINITE, type LayerOptions, oneOf } from './layer-options.js';

type LayerArgs = NonNullable<ConstructorParameters<typeof tf.layers.Layer>[0]>;

export interface QuantizedLayerArgs extends LayerArgs {
  /** The seed of the initial weights. Without a seed they differ from run to run. */
  seed?: number;
  /** Keeps the latent weights in [-1, 1] while training. Default: false. */
  clipLatents?: boolean;
  /** 'zeros' is much faster, for networks whose shapes alone matter. Default: 'normal', see `addKernel`. */
  kernelInitializer?: 'normal' | 'zeros';
}

/** A change of one scaled weight of the forward pass. */
export interface Nudge {
  /** The index in the kernel's order. */
  index: number;
  amount: number;
}

export abstract class QuantizedLayer extends tf.layers.Layer {
  static readonly options: LayerOptions = {
    seed: FINITE,
    clipLatents: BOOLEAN,
    kernelInitializer: oneOf('normal', 'zeros'),
  };
  readonly seed?: number;
  readonly clipLatents: boolean;
  readonly kernelInitializer: 'normal' | 'zeros';
  protected kernel!: tf.LayerVariable;
  private nudged: Nudge | null = null;

  /**
   * @throws {UsageError} `invalid-layer-option`
   * @throws {UnsupportedLayerError} `unsupported-layer-option`
   */
  constructor(args: QuantizedLayerArgs) {
    super(checkedOptions(new.target, args));
    this.seed = args.seed ?? undefined;
    this.clipLatents = args.clipLatents ?? false;
    this.kernelInitializer = args.kernelInitializer ?? 'normal';
  }

  protected abstract quantize(latents: Float32Array): ScaledIntegers;

  /** Returns the kernel of the forward pass. */
  protected quantizedKernel(): ScaledIntegers {
    return this.quantize(this.kernel.read().dataSync() as Float32Array);
  }

  /**
   * Returns the quantized kernel as a tensor for the forward pass, whose result must be scaled. The scale is
   * a number, or a constant tensor, so that no gradient flows through it.
   */
  protected integerKernel(): { integers: tf.Tensor; scale: number | tf.Tensor1D } {
    const { values, scale } = this.quantizedKernel();
    const used = Float32Array.from(values);
    const scales = this.outputScales();
    const scaleOf = (index: number) => scales?.[index % scales.length] ?? scale;
    if (this.nudged) used[this.nudged.index] += this.nudged.amount / scaleOf(this.nudged.index);
    if (!scales) return { integers: straightThrough(this.kernel.read(), used, scale), scale };
    const tensor = tf.tensor1d(scales);
    return { integers: straightThroughChannels(this.kernel.read(), used, tensor), scale: tensor };
  }

  /** Returns one scale for each output if the layer has them instead of one scale. */
  outputScales(): Float32Array | undefined {
    return undefined;
  }

  /** Returns the scaled weights of the forward pass, scale * integers, in the order of the latent kernel. */
  usedWeights(): Float32Array {
    const { values, scale } = this.quantizedKernel();
    const scales = this.outputScales();
    return Float32Array.from(values, (value, i) => value * (scales?.[i % scales.length] ?? scale));
  }

  /** Changes one weight in the forward pass, for analysis (mismatch/), until it is called with null. */
  nudge(change: Nudge | null): void {
    this.nudged = change;
  }

  /**
   * Adds the kernel, with normal weights of standard deviation sqrt(4 / n) as in the BinaryDuo authors' code.
   */
  protected addKernel(shape: number[], n: number): void {
    const initializer =
      this.kernelInitializer === 'zeros'
        ? tf.initializers.zeros()
        : tf.initializers.randomNormal({ mean: 0, stddev: Math.sqrt(4 / n), seed: this.seed });
    this.kernel = this.addWeight('kernel', shape, 'float32', initializer);
  }

  /**
   * Clips the latent weights. The training loop calls it after each step, since TensorFlow.js applies no
   * constraints.
   */
  clipWeights(): void {
    if (!this.clipLatents) return;
    tf.tidy(() => {
      this.kernel.write(tf.clipByValue(this.kernel.read(), -1, 1));
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { seed = null, clipLatents, kernelInitializer } = this;
    return { ...super.getConfig(), seed, clipLatents, kernelInitializer };
  }
}

/** Returns the only input of a layer. */
export function onlyTensor(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
  return Array.isArray(inputs) ? inputs[0] : inputs;
}

/** Returns the only input shape of a layer. */
export function onlyShape(shapes: tf.Shape | tf.Shape[]): tf.Shape {
  return Array.isArray(shapes[0]) ? (shapes as tf.Shape[])[0] : (shapes as tf.Shape);
}
