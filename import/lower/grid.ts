/**
 * Finds the integers behind real numbers: a step such that every number is `offset + integer * step`. ONNX files hold
 * quantized weights and levels as float32 products of an integer and a scale.
 */

/** Numbers as multiples of a step. */
export interface Grid {
  step: number;
  integers: number[];
}

/** float32 has 24 bits, so a product that was rounded once is off by at most 2^-24 of its size. */
const RELATIVE_ERROR = 2 ** -22;

/**
 * Returns the largest step of which all numbers are multiples, with the integers; undefined if an integer would be above
 * `limit`. The step is above 0. If all numbers are 0 it is 1.
 */
export function gridOf(numbers: Iterable<number>, limit: number): Grid | undefined {
  const values = [...numbers];
  const magnitudes = [...new Set(values.map(Math.abs))]
    .filter((magnitude) => magnitude > 0)
    .sort((a, b) => a - b);
  if (!magnitudes.every(Number.isFinite)) return undefined;
  if (magnitudes.length === 0) return { step: 1, integers: values.map(() => 0) };
  const largest = magnitudes[magnitudes.length - 1];
  // No step below this is allowed, so smaller remainders of Euclid's algorithm are rounding errors.
  const noise = largest / limit / 4;
  let divisor = largest;
  for (const magnitude of magnitudes) {
    let [a, b] = [magnitude, divisor];
    while (b > noise) [a, b] = [b, nearRemainder(a, b)];
    if (a <= noise) return undefined;
    // Rounding errors grow in Euclid's algorithm; the largest number is a multiple of the exact divisor.
    divisor = largest / Math.round(largest / a);
  }
  const integers = values.map((value) => Math.round(value / divisor));
  if (integers.some((integer) => Math.abs(integer) > limit)) return undefined;
  const step = refinedStep(values, integers);
  const fits = values.every(
    (value, i) => Math.abs(value - integers[i] * step) <= RELATIVE_ERROR * Math.abs(value),
  );
  return fits ? { step, integers: integers.map((integer) => integer + 0) } : undefined;
}

/** Returns the distance to the nearest multiple. */
function nearRemainder(a: number, b: number): number {
  return Math.abs(a - Math.round(a / b) * b);
}

/** Returns the step of least squares, or the float32 nearest to it if it gives the same float32 products. */
function refinedStep(values: readonly number[], integers: readonly number[]): number {
  let [products, squares] = [0, 0];
  values.forEach((value, i) => {
    products += value * integers[i];
    squares += integers[i] ** 2;
  });
  const step = products / squares;
  const rounded = Math.fround(step);
  return values.every((value, i) => value === Math.fround(rounded * integers[i])) ? rounded : step;
}

/** Returns whether two numbers are equal up to rounding. */
export function isNear(a: number, b: number, scale = Math.max(Math.abs(a), Math.abs(b))): boolean {
  return Math.abs(a - b) <= 1e-6 * scale;
}
