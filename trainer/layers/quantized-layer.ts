/**
 * What layers with quantized weights share: a latent kernel in float32, quantized anew at every forward pass.
 *
 *     y = scale * (x * integers),   (scale, integers) = quantize(latent kernel)
 *
 * The latent kernel is what training moves and what a checkpoint holds; nothing else of it reaches the output.
 */

import { type ScaledIntegers, straightThrough, straightThroughChannels } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';

type LayerArgs = NonNullable<ConstructorParameters<typeof tf.layers.Layer>[0]>;

export interface QuantizedLayerArgs extends LayerArgs {
  /** Seed of the initial weights; without one they differ from run to run. */
  seed?: number;
  /** Keep the latent weights in [-1, 1] while training. Default: false. */
  clipLatents?: boolean;
  /** 'zeros' where only the network's shape is wanted, which is much quicker. Default: 'normal', see `addKernel`. */
  kernelInitializer?: 'normal' | 'zeros';
}

/** A change of one weight as the forward pass uses it, scale and all. */
export interface Nudge {
  /** In the kernel's order. */
  index: number;
  amount: number;
}

export abstract class QuantizedLayer extends tf.layers.Layer {
  readonly seed?: number;
  readonly clipLatents: boolean;
  readonly kernelInitializer: 'normal' | 'zeros';
  protected kernel!: tf.LayerVariable;
  private nudged: Nudge | null = null;

  constructor(args: QuantizedLayerArgs) {
    super(args);
    this.seed = args.seed ?? undefined;
    this.clipLatents = args.clipLatents ?? false;
    this.kernelInitializer = args.kernelInitializer ?? 'normal';
  }

  protected abstract quantize(latents: Float32Array): ScaledIntegers;

  /** The kernel as the forward pass uses it. */
  protected quantizedKernel(): ScaledIntegers {
    return this.quantize(this.kernel.read().dataSync() as Float32Array);
  }

  /**
   * The quantized kernel as a tensor for the forward pass, to be scaled after it.
   * Reading the scale as a number keeps it out of the gradient.
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

  /** One scale for each output, instead of the layer's own, where it has them. */
  outputScales(): Float32Array | undefined {
    return undefined;
  }

  /** The kernel as the forward pass uses it: scale * integers, in the latent kernel's order. */
  usedWeights(): Float32Array {
    const { values, scale } = this.quantizedKernel();
    const scales = this.outputScales();
    return Float32Array.from(values, (value, i) => value * (scales?.[i % scales.length] ?? scale));
  }

  /** For analysis (mismatch/): until told null, the forward pass uses one weight a little off. Weights stay as they are. */
  nudge(change: Nudge | null): void {
    this.nudged = change;
  }

  /** Normal, standard deviation sqrt(4 / n): the BinaryDuo authors' choice. */
  protected addKernel(shape: number[], n: number): void {
    const initializer =
      this.kernelInitializer === 'zeros'
        ? tf.initializers.zeros()
        : tf.initializers.randomNormal({ mean: 0, stddev: Math.sqrt(4 / n), seed: this.seed });
    this.kernel = this.addWeight('kernel', shape, 'float32', initializer);
  }

  /** For the training loop, after each step: tfjs itself applies no constraints. */
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

/** The one tensor that a layer was given. */
export function onlyTensor(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
  return Array.isArray(inputs) ? inputs[0] : inputs;
}

/** The one shape that a layer was given. */
export function onlyShape(shapes: tf.Shape | tf.Shape[]): tf.Shape {
  return Array.isArray(shapes[0]) ? (shapes as tf.Shape[])[0] : (shapes as tf.Shape);
}
