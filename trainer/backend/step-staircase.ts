import * as tf from '../tensorflow/index.js';
import { type FusedStaircase, fusedStaircase } from './native/fused-staircase.js';
import { stepPrecision } from './precision.js';

/**
 * Returns the faster quantized activation for a training step (native/fused-staircase.ts).
 *
 * @param stairs `steps` thresholds from `first` on, 1/steps apart
 * @returns undefined outside of a training step, on other backends, and for thresholds that do not divide [0,
 *   1] evenly
 */
export function stepStaircase({
  steps,
  first,
}: {
  steps: number;
  first: number;
}): FusedStaircase | undefined {
  if (stepPrecision() === undefined || tf.getBackend() !== 'tensorflow' || first !== 0.5 / steps) return;
  return fusedStaircase(steps);
}
