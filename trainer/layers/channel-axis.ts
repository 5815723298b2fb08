/**
 * Whether an axis is the channel axis, which is the last one in every layer of this package.
 *
 * @param axis counts from the end if it is negative
 * @param rank the rank of the tensor, with its batch axis
 */
export function isChannelAxis(axis: number, rank: number): boolean {
  return axis === -1 || axis === rank - 1;
}
