import * as tf from '../tensorflow/index.js';
import { type FusedBatchNorm, fusedBatchNorm } from './native/fused-batch-norm.js';
import { stepPrecision } from './precision.js';

/**
 * The quicker way to batch norm that a training step may take (native/fused-batch-norm.ts).
 *
 * @returns undefined outside of a training step, on another backend, and for numbers of channels that it is slower for
 */
export function stepBatchNorm(channels: number): FusedBatchNorm | undefined {
  if (stepPrecision() === undefined || tf.getBackend() !== 'tensorflow') return;
  return fusedBatchNorm(channels);
}
