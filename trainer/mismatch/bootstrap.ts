/**
 * A cosine over all weights from some of them, and how sure it is.
 *
 * Layer l has N_l weights, n_l of them drawn without replacement. Each sum in the cosine is estimated by its layers'
 * sums over the drawn ones, times N_l / n_l. The interval is the 95 % percentile bootstrap (Efron 1979): the weights
 * of each layer are drawn again, with replacement, 1000 times, and the middle 95 % of the cosines is taken. It covers
 * the choice of weights, not that of the images. A layer that was measured whole is not drawn again: it has no such error.
 */
import { Random } from '../numbers/random.js';

/** Both gradients at the weights of one layer that were measured. */
export interface MeasuredLayer {
  /** N_l, of which the two lists below hold n_l. */
  weights: number;
  straightThrough: ArrayLike<number>;
  discrete: ArrayLike<number>;
}

export interface CosineEstimate {
  /** NaN where one of the two gradients is zero. */
  cosine: number;
  /** 95 %; both ends are the cosine itself where every weight was measured. */
  interval: [low: number, high: number];
}

const RESAMPLES = 1000;
const TAIL = 0.025;

export function estimateCosine(layers: readonly MeasuredLayer[], seed: number): CosineEstimate {
  const cosine = weightedCosine(layers, (_, i) => i);
  const random = new Random(seed);
  const again = Array.from({ length: RESAMPLES }, () =>
    weightedCosine(layers, ({ weights, discrete }, i) =>
      discrete.length === weights ? i : random.below(discrete.length),
    ),
  )
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b);
  const at = (share: number) => again[Math.round(share * (again.length - 1))] ?? Number.NaN;
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
