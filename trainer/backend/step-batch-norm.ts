import * as tf from '../tensorflow/index.js';
import { type FusedBatchNorm, fusedBatchNorm } from './native/fused-batch-norm.js';
import { stepPrecision } from './precision.js';

/**
 * Returns the faster batch norm for a training step (native/fused-batch-norm.ts).
 *
 * @returns undefined outside of a training step, on other backends, and for numbers of channels for which it
 *   is slower
 */
export function stepBatchNorm(channels: number): FusedBatchNorm | undefined {
  if (stepPrecision() === undefined || tf.getBackend() !== 'tensorflow') return;
  return fusedBatchNorm(channels);
}
