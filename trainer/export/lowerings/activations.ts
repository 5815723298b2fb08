/** Activations become thresholds of the op before them. */
import type { Threshold } from '@bd-edge/sdk/internal';
import { BinaryActivation, TernaryActivation } from '../../layers/index.js';
import { TERNARY_THRESHOLDS } from '../../quantizers/index.js';
import type { Refuse } from '../errors.js';
import { foldThreshold } from '../fold-threshold.js';
import { normsOf, requireNoBias, toSums } from '../sums.js';
import type { BitsValue, SumsValue } from '../values.js';
import type { Lowering } from './lowering.js';

const BEHIND_SUMS =
  'after a layer with weights without a bias, its max-pool and batch norm, or after a stream';

export const ternaryActivation: Lowering<TernaryActivation> = {
  className: TernaryActivation.className,
  becomes: 'two coupled bits: two thresholds',
  condition: BEHIND_SUMS,
  lower({ inputs: [input], copies, valueOf, refuse }) {
    const value = valueOf(input);
    if (copies === 2) throw refuse('it is two bits already, and has a branch beside it');
    const levels = [[TERNARY_THRESHOLDS.one], [TERNARY_THRESHOLDS.half]];
    return { ...thresholded(toSums(value, 1, refuse), levels, refuse), coupled: true, step: 0.5 };
  },
};

export const binaryActivation: Lowering<BinaryActivation> = {
  className: BinaryActivation.className,
  becomes: 'one bit: one threshold, or two where two branches read the same sums',
  condition: BEHIND_SUMS,
  lower({ layers, inputs: [input], copies, valueOf, refuse }) {
    const levels = [layers.map(({ threshold }) => threshold)];
    const sums = toSums(valueOf(input), copies, refuse);
    return { ...thresholded(sums, levels, refuse), coupled: false, step: 1 };
  },
};

/** @param levels [activations][copies]: the levels at which the bits of each channel are set */
function thresholded(
  sums: SumsValue,
  levels: readonly number[][],
  refuse: Refuse,
): Omit<BitsValue, 'step' | 'coupled'> {
  requireNoBias(sums, refuse);
  const { pending, copies, channels, pools } = sums;
  const { filters } = pending.op;
  const norms = normsOf(sums);
  const folded = levels.flatMap((ofCopies) =>
    norms.map((norm, i) =>
      foldThreshold(norm, pending.unit, ofCopies[Math.floor(i / channels)], pending.limit),
    ),
  );
  const thresholds = Array.from({ length: folded.length / filters }, (_, k): Threshold => {
    const part = folded.slice(k * filters, (k + 1) * filters);
    return {
      values: Int32Array.from(part, ({ threshold }) => threshold),
      invert: Uint8Array.from(part, ({ invert }) => invert),
    };
  });
  return { kind: 'bits', pending, copies, pools, thresholds };
}
