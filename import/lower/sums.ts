/** Makes and changes sums. */
import type { Op } from '@bd-edge/sdk/internal';
import { composed, type PlacedTensor, type Step, type Sums } from './values.js';

type Window = Op['window'];

export const ONE_PIXEL: Window = {
  ...{ kernelHeight: 1, kernelWidth: 1, strideY: 1, strideX: 1 },
  ...{ paddingTop: 0, paddingLeft: 0 },
};

/** Returns the numbers of a tensor as sums over single pixels. */
export function readingOf(tensor: PlacedTensor): Sums {
  const { height, width, channels, index, low, high, steps, offsets } = tensor;
  return {
    ...{ height, width, channels },
    op: {
      ...{ kind: 'sum-pool', input: index, window: ONE_PIXEL },
      ...{ outputHeight: height, outputWidth: width, filters: channels },
    },
    lows: new Float64Array(channels).fill(low),
    highs: new Float64Array(channels).fill(high),
    base: {
      apply: (code, channel) => steps[channel] * code + offsets[channel],
      directions: Int8Array.from(steps, Math.sign),
      isAffine: true,
    },
    ...{ steps: [], pools: [], placed: tensor },
  };
}

/** Returns the real number that a sum of a channel becomes. */
export function realOf({ base, steps }: Sums, sum: number, channel: number): number {
  let x = base.apply(sum, channel);
  for (const step of steps) x = step.apply(x, channel);
  return x;
}

/** Returns how the real number of each channel follows its sum. */
export function directionsOf({ base, steps, channels }: Sums): Int8Array {
  const all = [base, ...steps].map(({ directions }) => directions);
  return Int8Array.from({ length: channels }, (_, channel) => composed(all, channel));
}

/** Adds an elementwise step. */
export function withStep(sums: Sums, step: Step): Sums {
  return { ...sums, steps: [...sums.steps, step], placed: undefined };
}

/** Returns whether the real number is a linear function of the sum. */
export function isAffine({ base, steps, pools }: Sums): boolean {
  return base.isAffine && pools.length === 0 && steps.every((step) => step.isAffine);
}

/** Returns slope and intercept of each channel of affine sums. */
export function linesOf(sums: Sums): { slope: number; intercept: number }[] {
  const far = 2 ** 20;
  return Array.from({ length: sums.channels }, (_, channel) => {
    const intercept = realOf(sums, 0, channel);
    return { slope: (realOf(sums, far, channel) - intercept) / far, intercept };
  });
}
