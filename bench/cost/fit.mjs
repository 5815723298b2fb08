/** Least squares without negative coefficients. */

const SWEEPS = 4000;

/**
 * Fits coefficients so that `sum of work[part] * coefficients[part]` is near `ticks`: the sum of squared relative errors
 * is the least, no coefficient is below 0. Coordinate descent: the parts take turns.
 *
 * @param {{ work: Record<string, number>, ticks: number }[]} samples
 * @returns {Record<string, number>}
 */
export function fit(samples) {
  const parts = [...new Set(samples.flatMap(({ work }) => Object.keys(work)))];
  const rows = samples.map(({ work, ticks }) => parts.map((part) => (work[part] ?? 0) / ticks));
  const coefficients = parts.map(() => 0);
  const rest = rows.map(() => 1);
  const squares = parts.map((_, part) => rows.reduce((sum, row) => sum + row[part] ** 2, 0));
  for (let sweep = 0; sweep < SWEEPS; sweep++)
    for (let part = 0; part < parts.length; part++) {
      if (squares[part] === 0) continue;
      let gradient = 0;
      for (let i = 0; i < rows.length; i++) gradient += rows[i][part] * rest[i];
      const before = coefficients[part];
      const after = Math.max(0, before + gradient / squares[part]);
      if (after === before) continue;
      coefficients[part] = after;
      for (let i = 0; i < rows.length; i++) rest[i] -= (after - before) * rows[i][part];
    }
  return Object.fromEntries(parts.map((part, i) => [part, coefficients[i]]));
}
