import type { Epilogue } from '@bd-edge/sdk';

type Thresholds = Extract<Epilogue, { kind: 'threshold' }>;

/** The distances of the sums of an op from its thresholds. */
export interface Margins {
  /**
   * [thresholds * filters][pixels]: the distance of each sum beyond its threshold, in steps of a half. It is above 0 if
   * the bit is set, else below 0, and never 0, because a threshold lies between two integers.
   */
  pictures: Float32Array[];
  fired: number;
  total: number;
  /** The sum that is nearest to its threshold. */
  nearest: { distance: number; channel: number; pixel: number };
  /** The mean of the absolute distances. */
  mean: number;
}

/** @param sums [pixels][filters] of the op */
export function marginsOf(sums: Int32Array, { thresholds }: Thresholds): Margins {
  const filters = thresholds[0].values.length;
  const pixels = sums.length / filters;
  let fired = 0;
  let all = 0;
  let nearest = { distance: Infinity, channel: 0, pixel: 0 };
  const pictures = thresholds.flatMap(({ values, invert }, plane) =>
    Array.from({ length: filters }, (_, filter) =>
      Float32Array.from({ length: pixels }, (_, pixel) => {
        const above = sums[pixel * filters + filter] - values[filter] + 0.5;
        const margin = invert[filter] ? -above : above;
        const distance = Math.abs(margin);
        if (margin > 0) fired++;
        all += distance;
        if (distance < nearest.distance) nearest = { distance, channel: plane * filters + filter, pixel };
        return margin;
      }),
    ),
  );
  const total = sums.length * thresholds.length;
  return { pictures, fired, total, nearest, mean: all / total };
}

/** A histogram of distances to the threshold. */
export interface Histogram {
  /** The width of a bar, in sums. */
  step: number;
  /** Counts of set bits: `set[b]` has distances from `b * step` to `(b + 1) * step`, the last one also all beyond. */
  set: number[];
  /** The same for bits that are not set. */
  unset: number[];
}

/** The number of bars for twice the mean distance. */
export function histogramOf({ pictures, mean }: Margins, bars = 24): Histogram {
  const step = Math.max(1, Math.ceil((2 * mean) / bars));
  const set = new Array<number>(bars).fill(0);
  const unset = new Array<number>(bars).fill(0);
  for (const picture of pictures) {
    for (const margin of picture)
      (margin > 0 ? set : unset)[Math.min(bars - 1, Math.floor(Math.abs(margin) / step))]++;
  }
  return { step, set, unset };
}
