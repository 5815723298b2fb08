/** The duration of inferences in ticks of the board's clock. */
export interface TickSummary {
  minimum: number;
  median: number;
  /** The 95th percentile. */
  p95: number;
  maximum: number;
  /** Ticks in a second. */
  perSecond: number;
}

/** Summarizes measurements; null if there are none. The median of an even number is the mean of the middle two. */
export function summarizeTicks(ticks: readonly number[], perSecond: number): TickSummary | null {
  if (ticks.length === 0) return null;
  const sorted = Float64Array.from(ticks).sort();
  const n = sorted.length;
  return {
    minimum: sorted[0],
    median: (sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2,
    p95: sorted[Math.ceil(0.95 * n) - 1],
    maximum: sorted[n - 1],
    perSecond,
  };
}
