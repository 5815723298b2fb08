/**
 * The coordinate discrete gradient (CDG; Kim et al. 2020, arXiv 2002.06517) is the slope of the loss between
 * two points at a finite distance along each weight. It is useful where the loss is a staircase, whose
 * gradient is zero almost everywhere.
 *
 *     CDG_i = [L(w + eps e_i) - L(w - eps e_i)] / (2 eps)
 *
 * The direct way takes two passes through the network for each weight and each sample. This one is faster:
 *
 * - One weight W[i, j] moves one sum, z_j, by eps a_i. Since the activation never falls, its values at z_j +-
 *   eps max|a| bound those of all weights of unit j. If the two are equal, no weight of the unit changes
 *   anything. With a quantized activation that is true for most units, unless z_j is near a threshold.
 * - The rest of the network depends only on the activation of unit j, and a quantized one has few values. The
 *   loss is computed once for each value.
 * - Behind a changed activation, only differences are propagated: z + d W[j, :], then from the units that
 *   change.
 *
 * It needs the memory of the caller's batch and of a few vectors of a layer's width.
 */
import type { ToyActivation } from './activation.js';
import type { Perceptron, Trace } from './perceptron.js';

/** Sums up 2 eps CDG over samples, in float64. */
export class CoordinateGradient {
  /**
   * The sums of each layer, [input, output]. They are not divided by 2 eps, since a cosine does not need it.
   */
  readonly sums: Float64Array[];
  private readonly scratch: Float64Array[];
  private readonly memo: { values: number[]; losses: number[] } = { values: [], losses: [] };

  constructor(
    private readonly net: Perceptron,
    private readonly activation: ToyActivation,
    private readonly eps: number,
  ) {
    this.sums = net.weights.map((weights) => new Float64Array(weights.length));
    this.scratch = net.weights.map(() => new Float64Array(net.width));
  }

  add(batch: Trace): void {
    for (let sample = 0; sample < batch.samples; sample++) {
      const start = sample * this.net.width;
      for (let layer = 0; layer < this.sums.length; layer++) this.addLayer(batch, start, layer);
    }
  }

  private addLayer(batch: Trace, start: number, layer: number): void {
    const { net, activation, eps, memo } = this;
    const { width } = net;
    const input = batch.inputs[layer];
    const total = this.sums[layer];
    let largest = 0;
    for (let i = start; i < start + width; i++) largest = Math.max(largest, Math.abs(input[i]));
    const reach = eps * largest;
    for (let j = 0; j < width; j++) {
      const z = batch.sums[layer][start + j];
      if (activation.at(z + reach) === activation.at(z - reach)) continue;
      memo.values.length = 0;
      memo.losses.length = 0;
      for (let i = 0; i < width; i++) {
        const move = eps * input[start + i];
        const up = activation.at(z + move);
        const down = activation.at(z - move);
        if (up === down) continue;
        total[i * width + j] += this.lossAt(batch, start, layer, j, up);
        total[i * width + j] -= this.lossAt(batch, start, layer, j, down);
      }
    }
  }

  /** Returns `lossWith`, cached for the levels of a quantized activation. */
  private lossAt(batch: Trace, start: number, layer: number, unit: number, value: number): number {
    if (this.activation.levels === null) return this.lossWith(batch, start, layer, unit, value);
    const { values, losses } = this.memo;
    const known = values.indexOf(value);
    if (known >= 0) return losses[known];
    const loss = this.lossWith(batch, start, layer, unit, value);
    values.push(value);
    losses.push(loss);
    return loss;
  }

  /** Returns the loss of one sample with another value of one activation, up to a constant of the unit. */
  private lossWith(batch: Trace, start: number, layer: number, unit: number, value: number): number {
    const { net, activation, scratch } = this;
    const { width, weights } = net;
    const { sums, inputs, targets } = batch;
    const last = weights.length - 1;
    if (layer === last) return (value - targets[start + unit]) ** 2;

    let moved = scratch[layer + 1];
    const change = value - inputs[layer + 1][start + unit];
    for (let k = 0; k < width; k++)
      moved[k] = sums[layer + 1][start + k] + change * weights[layer + 1][unit * width + k];
    for (let l = layer + 1; l < last; l++) {
      const next = scratch[l + 1];
      for (let k = 0; k < width; k++) next[k] = sums[l + 1][start + k];
      for (let j = 0; j < width; j++) {
        const difference = activation.at(moved[j]) - inputs[l + 1][start + j];
        if (difference === 0) continue;
        for (let k = 0; k < width; k++) next[k] += difference * weights[l + 1][j * width + k];
      }
      moved = next;
    }
    let loss = 0;
    for (let k = 0; k < width; k++) loss += (activation.at(moved[k]) - targets[start + k]) ** 2;
    return loss;
  }
}
