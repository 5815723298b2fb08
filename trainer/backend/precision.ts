/**
 * The precision of a training step.
 *
 * Processors with matrix units for bfloat16 (Intel's AMX, since Sapphire Rapids) convolve in it two to four
 * times as fast as in float32. It has 8 significant bits. Pixels, int8 and 1-bit weights and the activations
 * of binary networks are exact, and so are their products; sums and gradients are rounded to 8 bits once. A
 * step is a little noisier, but the result is the same kind of network: outside of steps (validation,
 * decoupling, export) everything is computed in float32, exactly as an engine computes it.
 */
import { UsageError } from '@bd-edge/sdk/internal';
import * as tf from '../tensorflow/index.js';

/** The precision of convolutions, forward and backward. */
export type Precision = 'float32' | 'bfloat16';

/** The repetitions of a speed trial. In the first the library prepares its code. */
const TURNS = 4;

let current: Precision | undefined;
let leftovers: (() => void)[] = [];

/** Returns the precision of the training step that runs now; undefined outside of a step. */
export const stepPrecision = (): Precision | undefined => current;

/** Runs a step of training and returns its result. */
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

/** Calls `dispose` when the current step ends. */
export function whenStepEnds(dispose: () => void): void {
  leftovers.push(dispose);
}

/**
 * Checks that training in a precision makes sense here. It times bfloat16 briefly: processors without it
 * convolve in it too, but up to a hundred times as slowly.
 *
 * @throws {UsageError} with code `unsupported-precision` for bfloat16 on the wasm backend, or where it is
 *   slower
 */
export function requirePrecision(precision: Precision): void {
  if (precision === 'float32') return;
  const backend = tf.getBackend();
  if (backend !== 'tensorflow')
    throw unsupportedPrecision(
      `Training in bfloat16 needs the native backend; the backend in use is ${backend}. Install @tensorflow/tfjs-node, or train in float32.`,
    );
  const slowdown = slowdownOfBfloat16();
  if (slowdown < 1) return;
  throw unsupportedPrecision(
    `Convolutions in bfloat16 take ${slowdown.toFixed(1)} times as long as in float32 on this processor; train in float32.`,
  );
}

function unsupportedPrecision(message: string): UsageError {
  return new UsageError('unsupported-precision', message, { received: 'bfloat16', expected: 'float32' });
}

/**
 * Returns the ratio of processor times. It takes the best of some turns, since other load only makes them
 * longer.
 */
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
