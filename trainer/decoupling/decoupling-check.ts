/**
 * Decoupling must not change what a network computes; here that is looked at, on images.
 *
 * Where quantized layers read the activations, sums are of integers and every logit stays the same bit for bit. Layers
 * with float32 weights (W32/A1) add the same products in another order, which float32 rounds differently: logits then
 * move by rounding, and where a sum lands within rounding of a threshold, one bit of one activation flips and its image
 * moves further. So of a network with such layers two things are asked:
 *
 *     the median over the images of  max |difference| / max |logit|   at most 1e-5
 *     the share of images that get another label                      at most 1 %
 */

import { argmax, BdEdgeError } from '@bd-edge/sdk/internal';
import type { Images } from '../data/index.js';
import { TernaryActivation } from '../layers/index.js';
import type * as tf from '../tensorflow/index.js';
import { logits } from '../training/evaluate.js';
import { CHANNELWISE_LAYERS } from './duplicated-layers.js';

export const FLOAT_TOLERANCE = { medianDifference: 1e-5, otherLabels: 0.01 } as const;

export interface DecouplingCheck {
  /** Images with a logit that is not equal bit for bit; 0 unless `floatWeights`. */
  differences: number;
  /** Images that get another label. */
  otherLabels: number;
  /** Over the images: the largest difference of a logit, as a share of the largest logit of all images. */
  medianDifference: number;
  /** Whether float32 weights read the activations that were taken apart, and rounding is allowed for. */
  floatWeights: boolean;
}

export class InexactDecouplingError extends BdEdgeError {
  override readonly name = 'InexactDecouplingError';
}

/** @throws InexactDecouplingError where the two differ by more than they may */
export async function checkDecoupling(
  coupled: tf.LayersModel,
  decoupled: tf.LayersModel,
  images: Images,
): Promise<DecouplingCheck> {
  const check = {
    ...compareLogits(await logits(coupled, images), await logits(decoupled, images), images.count),
    floatWeights: hasFloatWeights(coupled),
  };
  const { differences, otherLabels, medianDifference, floatWeights } = check;
  if (!floatWeights) {
    if (differences === 0) return check;
    throw new InexactDecouplingError(
      `Decoupling changed the logits of ${differences} of ${images.count} validation images; build the network from quantized layers only.`,
    );
  }
  const { medianDifference: most, otherLabels: share } = FLOAT_TOLERANCE;
  if (medianDifference <= most && otherLabels <= share * images.count) return check;
  throw new InexactDecouplingError(
    `Decoupling changed the logits by ${medianDifference.toExponential(1)} of the largest (median), where rounding explains ${most}, and the label of ${otherLabels} of ${images.count} validation images; build the network from this package's layers and TensorFlow.js's Conv2D and Dense only.`,
  );
}

/**
 * @param a images x classes
 * @param b images x classes
 */
export function compareLogits(
  a: Float32Array,
  b: Float32Array,
  images: number,
): Omit<DecouplingCheck, 'floatWeights'> {
  const classes = a.length / images;
  let largest = Number.MIN_VALUE;
  for (const logit of a) largest = Math.max(largest, Math.abs(logit));
  const differences = new Float64Array(images);
  let otherLabels = 0;
  for (let i = 0; i < images; i++) {
    const [ofA, ofB] = [a, b].map((logits) => logits.subarray(i * classes, (i + 1) * classes));
    // NaN is no equality, and Math.max keeps it.
    ofA.forEach((logit, k) => {
      differences[i] = Math.max(differences[i], Math.abs(logit - ofB[k]));
    });
    if (argmax(ofA) !== argmax(ofB)) otherLabels++;
  }
  const median = Float64Array.from(differences).sort()[Math.floor((images - 1) / 2)];
  return {
    differences: differences.filter((difference) => difference !== 0).length,
    otherLabels,
    medianDifference: median / largest,
  };
}

/** Whether decoupling has more than integers to double: a Conv2D or Dense layer that reads a ternary activation. */
function hasFloatWeights({ layers }: tf.LayersModel): boolean {
  return layers.some((layer) => FLOAT_LAYERS.has(layer.getClassName()) && inputsOf(layer).some(readsTernary));
}

const FLOAT_LAYERS = new Set(['Conv2D', 'Dense']);
const TRANSPARENT_LAYERS = new Set([...CHANNELWISE_LAYERS, 'Flatten', 'Concatenate']);

function readsTernary({ sourceLayer: layer }: tf.SymbolicTensor): boolean {
  if (layer instanceof TernaryActivation) return true;
  return TRANSPARENT_LAYERS.has(layer.getClassName()) && inputsOf(layer).some(readsTernary);
}

function inputsOf(layer: tf.layers.Layer): tf.SymbolicTensor[] {
  return layer.inboundNodes.flatMap((node) => node.inputTensors);
}
