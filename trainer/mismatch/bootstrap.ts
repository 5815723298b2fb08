/**
 * Estimates a cosine over all weights from some of them, with a confidence interval.
 *
 * Layer l has N_l weights, of which n_l are drawn without replacement. Each sum in the cosine is estimated by
 * the sums over the drawn weights of each layer, times N_l / n_l. The interval is the 95 % percentile
 * bootstrap (Efron 1979): the weights of each layer are drawn again, with replacement, 1000 times, and the
 * interval holds the middle 95 % of the cosines. It covers the choice of weights, not that of the images. A
 * layer of which all weights were measured has no such error, so it is not drawn again.
 */
import { Random } from '../numbers/random.js';

/** Both gradients at the measured weights of one layer. */
export interface MeasuredLayer {
  /** N_l. The two lists below hold n_l values. */
  weights: number;
  straightThrough: ArrayLike<number>;
  discrete: ArrayLike<number>;
}

export interface CosineEstimate {
  /** NaN if one of the two gradients is zero. */
  cosine: number;
  /** The 95 % interval; both ends equal the cosine if every weight was measured. */
  interval: [low: number, high: number];
}

const RESAMPLES = 1000;
const TAIL = 0.025;

export function estimateCosine(layers: readonly MeasuredLayer[], seed: number): CosineEstimate {
  const cosine = weightedCosine(layers, (_, i) => i);
  const random = new Random(seed);
  const resampled = Array.from({ length: RESAMPLES }, () =>
    weightedCosine(layers, ({ weights, discrete }, i) =>
      discrete.length === weights ? i : random.below(discrete.length),
    ),
  )
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b);
  const at = (share: number) => resampled[Math.round(share * (resampled.length - 1))] ?? Number.NaN;
  return { cosine, interval: [at(TAIL), at(1 - TAIL)] };
}

function weightedCosine(
  layers: readonly MeasuredLayer[],
  pick: (layer: MeasuredLayer, i: number) => number,
): number {
  let product = 0;
  let ofFirst = 0;
  let ofSecond = 0;
  for (const layer of layers) {
    const { weights, straightThrough, discrete } = layer;
    const share = weights / discrete.length;
    for (let k = 0; k < discrete.length; k++) {
      const i = pick(layer, k);
      product += share * straightThrough[i] * discrete[i];
      ofFirst += share * straightThrough[i] ** 2;
      ofSecond += share * discrete[i] ** 2;
    }
  }
  return product / Math.sqrt(ofFirst * ofSecond);
}
