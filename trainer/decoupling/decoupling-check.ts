/**
 * Checks on images that decoupling did not change what a network computes.
 *
 * Where quantized layers read the activations, sums are of integers and every logit stays the same, bit for
 * bit. Layers with float32 weights (W32/A1) add the same products in another order, which float32 rounds
 * differently, so logits move by rounding. Where a sum lands within rounding of a threshold, one bit of one
 * activation flips, and the logits of its image move further. A network with such layers must meet two
 * conditions:
 *
 *     the median over the images of  max |difference| / max |logit|   is at most 1e-5
 *     the share of images whose class changes                         is at most 1 %
 */
import { argmax } from '@bd-edge/sdk/internal';
import type { Images } from '../data/index.js';
import { TrainingError } from '../errors.js';
import { TernaryActivation } from '../layers/index.js';
import type * as tf from '../tensorflow/index.js';
import { logits } from '../training/evaluate.js';
import { CHANNELWISE_LAYERS } from './duplicated-layers.js';

export const FLOAT_TOLERANCE = { medianDifference: 1e-5, changedClasses: 0.01 } as const;

export interface DecouplingCheck {
  /** The number of images with a logit that is not equal bit for bit; 0 unless `floatWeights`. */
  differences: number;
  /** The number of images whose class changes. */
  changedClasses: number;
  /**
   * The median over the images of the largest difference of a logit, relative to the largest logit of all
   * images.
   */
  medianDifference: number;
  /** Whether float32 weights read the decoupled activations, so that rounding is tolerated. */
  floatWeights: boolean;
}

/**
 * Compares the logits of a coupled network and the decoupled one.
 *
 * @throws {TrainingError} with code `inexact-decoupling` if they differ by more than is tolerated
 */
export async function checkDecoupling(
  coupled: tf.LayersModel,
  decoupled: tf.LayersModel,
  images: Images,
): Promise<DecouplingCheck> {
  const check = {
    ...compareLogits(await logits(coupled, images), await logits(decoupled, images), images.count),
    floatWeights: hasFloatWeights(coupled),
  };
  const { differences, changedClasses, medianDifference, floatWeights } = check;
  if (!floatWeights) {
    if (differences === 0) return check;
    throw inexact(
      `Decoupling changed the logits of ${differences} of ${images.count} validation images; build the network from quantized layers only.`,
    );
  }
  if (
    medianDifference <= FLOAT_TOLERANCE.medianDifference &&
    changedClasses <= FLOAT_TOLERANCE.changedClasses * images.count
  )
    return check;
  throw inexact(
    `Decoupling changed the logits by ${medianDifference.toExponential(1)} of the largest (median; rounding explains ${FLOAT_TOLERANCE.medianDifference}) and the class of ${changedClasses} of ${images.count} validation images; build the network from this package's layers and TensorFlow.js's Conv2D and Dense only.`,
  );
}

function inexact(message: string): TrainingError {
  return new TrainingError('inexact-decoupling', message);
}

/**
 * Compares logits image by image.
 *
 * @param a images x classes
 * @param b images x classes
 */
export function compareLogits(
  a: Float32Array,
  b: Float32Array,
  images: number,
): Omit<DecouplingCheck, 'floatWeights'> {
  const classCount = a.length / images;
  let largest = Number.MIN_VALUE;
  for (const logit of a) largest = Math.max(largest, Math.abs(logit));
  const differences = new Float64Array(images);
  let changedClasses = 0;
  for (let i = 0; i < images; i++) {
    const [ofA, ofB] = [a, b].map((logits) => logits.subarray(i * classCount, (i + 1) * classCount));
    // Math.max keeps NaN, which differs from everything.
    ofA.forEach((logit, k) => {
      differences[i] = Math.max(differences[i], Math.abs(logit - ofB[k]));
    });
    if (argmax(ofA) !== argmax(ofB)) changedClasses++;
  }
  const median = Float64Array.from(differences).sort()[Math.floor((images - 1) / 2)];
  return {
    differences: differences.filter((difference) => difference !== 0).length,
    changedClasses,
    medianDifference: median / largest,
  };
}

/** Whether a layer with float32 weights, Conv2D or Dense, reads a ternary activation. */
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
