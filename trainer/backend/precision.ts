/**
 * The precision of a training step.
 *
 * Processors with matrix units for bfloat16 (Intel's AMX, from Sapphire Rapids on) convolve in it two to four times as
 * fast as in float32. It has 8 significant bits: pixels, int8 and 1-bit weights and the activations of binary networks are
 * exact, products too, and sums are rounded to 8 bits once, as are gradients. So a step is a little noisier, and what is
 * trained is the same: outside of steps (validation, decoupling, export) everything is computed exactly as it will be
 * on an engine, whatever the steps did.
 */
import * as tf from '../tensorflow/index.js';
import { UnsupportedPrecisionError } from './errors.js';

/** Of convolutions, forward and backward. */
export type Precision = 'float32' | 'bfloat16';

/** Of a trial. In the first the library prepares its code. */
const TURNS = 4;

let current: Precision | undefined;
let leftovers: (() => void)[] = [];

/** Of the training step that is computed now; undefined outside of one. */
export const stepPrecision = (): Precision | undefined => current;

/** What `compute`, a step of training, returns. */
export function inStep<T>(precision: Precision, compute: () => T): T {
  const [before, leftoversBefore] = [current, leftovers];
  [current, leftovers] = [precision, []];
  try {
    return compute();
  } finally {
    for (const dispose of leftovers) dispose();
    [current, leftovers] = [before, leftoversBefore];
  }
}

/** Calls `dispose` when the step that is computed now has ended. */
export function whenStepEnds(dispose: () => void): void {
  leftovers.push(dispose);
}

/**
 * Tries bfloat16 for a moment: processors without it convolve in it too, up to a hundred times as slowly.
 *
 * @throws UnsupportedPrecisionError for bfloat16 on another backend than the native one, and where it is the slower one
 */
export function requirePrecision(precision: Precision): void {
  if (precision === 'float32') return;
  if (tf.getBackend() !== 'tensorflow') {
    throw new UnsupportedPrecisionError(
      `The ${tf.getBackend()} backend cannot train in bfloat16, only the native one can: install @tensorflow/tfjs-node, or train in float32.`,
    );
  }
  const slowdown = slowdownOfBfloat16();
  if (slowdown < 1) return;
  throw new UnsupportedPrecisionError(
    `This processor, or its TensorFlow, takes ${slowdown.toFixed(1)} times as long for a convolution in bfloat16 as in float32: train in float32.`,
  );
}

/** In processor time, from the best of some turns of each: whatever else the machine does can only make them longer. */
function slowdownOfBfloat16(): number {
  return tf.tidy(() => {
    const images = tf.ones([16, 32, 32, 64]) as tf.Tensor4D;
    const kernel = tf.ones([3, 3, 64, 64]) as tf.Tensor4D;
    const timeIn = (precision: Precision) => {
      const start = process.cpuUsage();
      inStep(precision, () => tf.conv2d(images, kernel, 1, 'same')).dispose();
      const { user, system } = process.cpuUsage(start);
      return user + system;
    };
    const best = { float32: Number.POSITIVE_INFINITY, bfloat16: Number.POSITIVE_INFINITY };
    for (let turn = 0; turn < TURNS; turn++)
      for (const precision of ['float32', 'bfloat16'] as const)
        best[precision] = Math.min(best[precision], timeIn(precision));
    return best.bfloat16 / best.float32;
  });
}
