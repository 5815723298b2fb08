/** Whether a training is long enough to learn anything. */

/** Optimizer steps below which a network from random weights is still far from what it can learn. */
export const ENOUGH_STEPS = 200;

/** How often the weights move, where that is too seldom. */
export interface FewSteps {
  anEpoch: number;
  inAll: number;
}

/**
 * Small sets take few steps an epoch: 640 images in batches of 128 are 5, and an epoch or two of them leave the network
 * where it began.
 *
 * @param images that train it, without those held out
 * @returns undefined where the steps are enough
 */
export function fewSteps(images: number, batchSize: number, epochs: number): FewSteps | undefined {
  const anEpoch = Math.ceil(images / batchSize);
  const inAll = anEpoch * epochs;
  return inAll < ENOUGH_STEPS ? { anEpoch, inAll } : undefined;
}
