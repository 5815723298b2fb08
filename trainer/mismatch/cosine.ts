/**
 * Cosine similarity of two gradients: 1 if they have the same direction, 0 if unrelated, -1 if opposite.
 *
 *     cos(a, b) = sum(a b) / sqrt(sum(a^2) sum(b^2))
 */

/** @returns NaN if one of the two is zero, since it has no direction */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let product = 0;
  let ofA = 0;
  let ofB = 0;
  for (let i = 0; i < a.length; i++) {
    product += a[i] * b[i];
    ofA += a[i] * a[i];
    ofB += b[i] * b[i];
  }
  return product / Math.sqrt(ofA * ofB);
}

/** Returns the cosine of several vectors joined end to end. */
export function joinedCosine(a: readonly ArrayLike<number>[], b: readonly ArrayLike<number>[]): number {
  const joined = (parts: readonly ArrayLike<number>[]) => parts.flatMap((part) => Array.from(part));
  return cosine(joined(a), joined(b));
}
