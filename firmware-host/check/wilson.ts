/** The normal distribution's 97.5 % quantile. */
const Z = 1.959963984540054;

/**
 * Returns Wilson's 95 % interval for a proportion. It stays within 0..1 and is valid for few or no misses.
 *
 *     (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)
 *
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927.
 *
 * @returns [low, high]; [0, 1] without trials
 */
export function wilsonInterval(successes: number, trials: number): [low: number, high: number] {
  if (trials === 0) return [0, 1];
  const p = successes / trials;
  const zz = (Z * Z) / trials;
  const center = (p + zz / 2) / (1 + zz);
  const half = (Z * Math.sqrt((p * (1 - p)) / trials + zz / trials / 4)) / (1 + zz);
  return [Math.max(0, center - half), Math.min(1, center + half)];
}
