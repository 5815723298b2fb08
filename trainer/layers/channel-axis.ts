/** Channels are a tensor's last axis, in every layer of this package. */

/**
 * @param axis as TensorFlow.js counts, from the end where it is negative
 * @param rank of the tensor, its batch axis included
 */
export function isChannelAxis(axis: number, rank: number): boolean {
  return axis === -1 || axis === rank - 1;
}
