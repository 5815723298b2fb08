/**
 * A loss of one sample, in float64. One weight changes the mean over a batch by far less than the last digit
 * of a float32.
 */
export interface Loss {
  value(outputs: ArrayLike<number>, targets: ArrayLike<number>): number;
  /** dL/d(outputs) */
  gradient(outputs: ArrayLike<number>, targets: ArrayLike<number>): number[];
}

/** The cross-entropy of softmax(outputs) and target probabilities, which `train` minimizes. */
const crossEntropy: Loss = {
  value(outputs, targets) {
    const { shifted, logSum } = softmax(outputs);
    return shifted.reduce((loss, value, k) => loss + targets[k] * (logSum - value), 0);
  },
  gradient(outputs, targets) {
    const { shifted, logSum } = softmax(outputs);
    return shifted.map((value, k) => Math.exp(value - logSum) - targets[k]);
  },
};

const squaredError: Loss = {
  value: (outputs, targets) => Array.from(outputs).reduce((sum, y, k) => sum + (y - targets[k]) ** 2, 0),
  gradient: (outputs, targets) => Array.from(outputs, (y, k) => 2 * (y - targets[k])),
};

/** Shifts the outputs by the largest, so that no exponential overflows. */
function softmax(outputs: ArrayLike<number>): { shifted: number[]; logSum: number } {
  const values = Array.from(outputs);
  const largest = Math.max(...values);
  const shifted = values.map((value) => value - largest);
  return { shifted, logSum: Math.log(shifted.reduce((sum, value) => sum + Math.exp(value), 0)) };
}

export const LOSSES = { 'cross-entropy': crossEntropy, 'squared-error': squaredError } as const;

export type LossName = keyof typeof LOSSES;
