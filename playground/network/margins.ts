import type { Epilogue } from '@bd-edge/sdk';

type Thresholds = Extract<Epilogue, { kind: 'threshold' }>;

/** How the sums of a layer stand to its thresholds. */
export interface Margins {
  /**
   * [cuts * filters][pixels]: how far each sum is beyond its threshold, in steps of a half: above 0 where the bit is
   * set, below 0 where it is not, and never 0, since a threshold lies between two integers.
   */
  pictures: Float32Array[];
  fired: number;
  total: number;
  /** The one that is nearest to its threshold. */
  nearest: { distance: number; channel: number; pixel: number };
  /** Of all distances, without their sign. */
  mean: number;
}

/** @param sums [pixels][filters] of the layer */
export function marginsOf(sums: Int32Array, { cuts }: Thresholds): Margins {
  const filters = cuts[0].thresholds.length;
  const pixels = sums.length / filters;
  let fired = 0;
  let all = 0;
  let nearest = { distance: Infinity, channel: 0, pixel: 0 };
  const pictures = cuts.flatMap(({ thresholds, below }, cut) =>
    Array.from({ length: filters }, (_, filter) =>
      Float32Array.from({ length: pixels }, (_, pixel) => {
        const above = sums[pixel * filters + filter] - thresholds[filter] + 0.5;
        const margin = below[filter] ? -above : above;
        const distance = Math.abs(margin);
        if (margin > 0) fired++;
        all += distance;
        if (distance < nearest.distance) nearest = { distance, channel: cut * filters + filter, pixel };
        return margin;
      }),
    ),
  );
  const total = sums.length * cuts.length;
  return { pictures, fired, total, nearest, mean: all / total };
}

/** How many bits are how far from their thresholds. */
export interface Histogram {
  /** How many sums share a bar. */
  step: number;
  /** `bars[b]` counts distances from `b * step` up to `(b + 1) * step`; the last one all beyond, too. */
  set: number[];
  /** The same of the bits that are not set. */
  unset: number[];
}

/** Twice the mean distance, cut into bars. */
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
