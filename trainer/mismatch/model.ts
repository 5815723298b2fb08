/**
 * Estimates the gradient mismatch of any network from some of its weights:
 *
 *     CDG_i = [L(w + d e_i) - L(w - d e_i)] / (2 d),   d = eps * rms(w of the layer)
 *
 * and its cosine with the straight-through gradient, for each layer and over all. L is the loss over the
 * given samples. Both gradients are those of the network in prediction, with batch norm on its moving
 * statistics. w are the weights as the forward pass uses them (weight-layer.ts). eps is relative, because the
 * scales of a layer with int8 weights on raw pixels and of one with binary weights are unrelated.
 *
 * Each weight costs two runs of its own layer and of all layers behind it. So only some weights are drawn,
 * the same number in each layer, and the result has a confidence interval (bootstrap.ts).
 */
import { UsageError } from '@bd-edge/sdk/internal';
import { Random } from '../numbers/random.js';
import * as tf from '../tensorflow/index.js';
import { type CosineEstimate, estimateCosine } from './bootstrap.js';
import { checkCounts, checkEps } from './checks.js';
import { LayerGraph } from './graph.js';
import { LOSSES, type Loss, type LossName } from './loss.js';
import { batchesOf, countOf, type SampleSource, type Samples } from './samples.js';
import { type WeightLayer, weightLayers } from './weight-layer.js';

export interface ModelMismatchOptions {
  data: SampleSource;
  /** Default: 'cross-entropy'. */
  loss?: LossName;
  /**
   * Relative to the root mean square of a layer's weights; above 0. Default: [1], the magnitude of a binary
   * weight.
   */
  eps?: readonly number[];
  /** The number of weights drawn in each layer. Default: 100. */
  coordinates?: number;
  /** The seed of the draw and of the intervals. Default: 1. */
  seed?: number;
  /** The number of samples that run at once, which decides about memory. Default: 100. */
  batchSize?: number;
  /** Called after every weight. */
  onProgress?: (done: number, total: number, layer: string) => void;
  signal?: AbortSignal;
}

export interface LayerMismatch extends CosineEstimate {
  name: string;
  /** The number of weights in the layer. */
  weights: number;
  /** The number of weights measured. */
  coordinates: number;
}

export interface ModelMismatch {
  eps: number;
  /** In the order of the network. */
  layers: LayerMismatch[];
  /** Over all weights. */
  total: CosineEstimate;
}

/** A layer while it is measured. */
interface Measured extends WeightLayer {
  /** The weights drawn. */
  indices: Uint32Array;
  straightThrough: Float64Array;
  /** By eps: 2 d CDG at the drawn weights, and d. */
  discrete: { sums: Float64Array; distance: number }[];
}

/**
 * Estimates the gradient mismatch of a network.
 *
 * @param model has one input, one output, and no models with weights inside of it; it is not changed
 * @returns an estimate for each eps, in the given order
 * @throws {UsageError} with code `invalid-eps`, `not-positive-integer` or `unmeasurable-model`
 */
export async function estimateMismatch(
  model: tf.LayersModel,
  options: ModelMismatchOptions,
): Promise<ModelMismatch[]> {
  const { data, eps = [1], coordinates = 100, seed = 1, batchSize = 100, signal } = options;
  checkEps(eps);
  checkCounts({ coordinates, batchSize, 'the number of samples': countOf(data) });
  checkModel(model);
  const loss = LOSSES[options.loss ?? 'cross-entropy'];
  const graph = new LayerGraph(model);
  const random = new Random(seed);
  const layers = weightLayers(model).map((layer) => prepare(layer, coordinates, eps, random));
  if (layers.length === 0) {
    throw new UsageError(
      'unmeasurable-model',
      `Model "${model.name}" has no layer with a trainable kernel; use no models inside of the model.`,
    );
  }

  const moves = layers.reduce((sum, { indices }) => sum + indices.length * eps.length, 0);
  const total = moves * Math.ceil(countOf(data) / batchSize);
  let done = 0;
  for (const batch of batchesOf(data, model, batchSize)) {
    const values = graph.run(batch.inputs);
    try {
      addStraightThrough(model, layers, batch, loss);
      for (const layer of layers) {
        const steps = graph.after(layer.layer);
        for (const { sums, distance } of layer.discrete) {
          for (let k = 0; k < layer.indices.length; k++) {
            signal?.throwIfAborted();
            const lossAt = (amount: number) => {
              layer.move(layer.indices[k], amount);
              return lossesOf(graph.rerun(steps, values), batch, loss);
            };
            const [up, down] = [lossAt(distance), lossAt(-distance)];
            for (let i = 0; i < up.length; i++) sums[k] += up[i] - down[i];
            options.onProgress?.(++done, total, layer.layer.name);
            if (k % 10 === 0) await new Promise(setImmediate);
          }
        }
        layer.move(0, 0);
      }
    } finally {
      for (const layer of layers) layer.move(0, 0);
      tf.dispose([...values.values()]);
    }
  }
  return eps.map((value, e) => summarize(layers, e, value, seed));
}

function prepare(layer: WeightLayer, coordinates: number, eps: readonly number[], random: Random): Measured {
  const { weights } = layer;
  const count = Math.min(coordinates, weights.length);
  const all = random.shuffle(Uint32Array.from(weights, (_, i) => i));
  const size = Math.sqrt(weights.reduce((sum, w) => sum + w * w, 0) / weights.length);
  return {
    ...layer,
    indices: all.slice(0, count),
    straightThrough: new Float64Array(count),
    // If all weights are 0 there is no scale, and any distance is as good.
    discrete: eps.map((value) => ({ sums: new Float64Array(count), distance: value * (size || 1) })),
  };
}

/** Returns the loss of each sample. */
function lossesOf(outputs: Float32Array, { targets, count }: Samples, loss: Loss): number[] {
  return rows(outputs, targets, count).map(([y, t]) => loss.value(y, t));
}

function rows(outputs: ArrayLike<number>, targets: ArrayLike<number>, count: number) {
  const size = outputs.length / count;
  const row = (values: ArrayLike<number>, i: number) =>
    Array.prototype.slice.call(values, i * size, (i + 1) * size) as number[];
  return Array.from({ length: count }, (_, i) => [row(outputs, i), row(targets, i)] as const);
}

function addStraightThrough(model: tf.LayersModel, layers: Measured[], batch: Samples, loss: Loss): void {
  const { inputs, targets, count } = batch;
  const forward = () => model.apply(inputs, { training: false }) as tf.Tensor;
  const gradients = tf.tidy(() => {
    const outputs = forward();
    const ofOutputs = rows(outputs.dataSync(), targets, count).flatMap(([y, t]) => loss.gradient(y, t));
    const weights = tf.tensor(ofOutputs, outputs.shape);
    // By the chain rule, the gradient of sum(outputs * dL/d(outputs)) is that of L if dL/d(outputs) is constant.
    const product = () => tf.sum(tf.mul(forward(), weights)).asScalar();
    return tf.variableGrads(
      product,
      layers.map(({ variable }) => variable),
    ).grads;
  });
  for (const { variable, indices, straightThrough } of layers) {
    const gradient = gradients[variable.name].dataSync();
    indices.forEach((index, k) => {
      straightThrough[k] += gradient[index];
    });
  }
  tf.dispose(gradients);
}

function summarize(layers: Measured[], e: number, eps: number, seed: number): ModelMismatch {
  const measured = layers.map(({ weights, straightThrough, discrete }) => ({
    weights: weights.length,
    straightThrough,
    discrete: discrete[e].sums.map((sum) => sum / (2 * discrete[e].distance)),
  }));
  return {
    eps,
    layers: layers.map(({ layer, weights, indices }, l) => ({
      name: layer.name,
      weights: weights.length,
      coordinates: indices.length,
      ...estimateCosine([measured[l]], seed),
    })),
    total: estimateCosine(measured, seed),
  };
}

function checkModel({ name, inputs, outputs }: tf.LayersModel): void {
  if (inputs.length === 1 && outputs.length === 1) return;
  throw new UsageError(
    'unmeasurable-model',
    `Model "${name}" has ${inputs.length} inputs and ${outputs.length} outputs; expected one of each.`,
  );
}
