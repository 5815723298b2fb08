/** With fewer optimizer steps, a network that starts from random weights is far from the accuracy that it can reach. */
export const MIN_STEPS = 200;

/** The number of optimizer steps of a training that has too few. */
export interface StepCount {
  perEpoch: number;
  total: number;
}

/**
 * Returns the number of optimizer steps if it is below `MIN_STEPS`.
 *
 * Small sets give few steps an epoch: 640 images in batches of 128 are 5 steps, so that one or two epochs hardly change
 * the network.
 *
 * @param images number of images that train the network, without those held out
 */
export function fewSteps(images: number, batchSize: number, epochs: number): StepCount | undefined {
  const perEpoch = Math.ceil(images / batchSize);
  const total = perEpoch * epochs;
  return total < MIN_STEPS ? { perEpoch, total } : undefined;
}
