/**
 * Ends a network in logits: `scale * (sum + bias)`, with one scale for all classes.
 *
 * A class's real logit is `slope * (sum + shift)`. What the shifts have in common changes no class. Where they differ by
 * integers, they are the biases. Otherwise weights and shifts are multiplied by a factor, and the fractions are rounded
 * down to its parts: sums are integers, so different fractions that stay in order never change which logit is larger.
 */
import type { Op } from '@bd-edge/sdk/internal';
import * as layout from '@bd-edge/sdk/internal/layout';
import type { Refuse } from '../errors.js';
import { isNear } from './grid.js';
import { linesOf } from './sums.js';
import type { PendingOp, Sums } from './values.js';

export interface Logits {
  op: Op;
  /** logit = scale * integer + constant */
  scale: number;
  constant: number;
  /** Whether only the order of the logits is exact, because their biases are no multiples of the scale. */
  isRounded: boolean;
}

const TOLERANCE = 1e-5;
/** float32 holds a bias of many steps with fewer digits. */
const RELATIVE_TOLERANCE = 2 ** -22;
const MAX_WEIGHT = 127;

/** @param sums affine @throws the error that `refuse` makes: `class-scales`, `class-biases` */
export function logitsOf(sums: Sums, refuse: Refuse): Logits {
  let lines = linesOf(sums);
  let { op } = sums;
  if (!hasOneSlope(lines)) {
    const unified = sums.withOneScale?.();
    if (unified) {
      lines = linesOf({ ...sums, base: unified.base });
      op = unified.op;
    }
  }
  if (!hasOneSlope(lines))
    throw refuse(
      'class-scales',
      'each class has its own scale, and the format has one for all; use one weight scale, or no batch norm, in the last layer',
    );
  const [{ slope }] = lines;
  const shifts = lines.map((line) => line.intercept / slope);
  const { factor, biases, common } = biasesOf(shifts, largestWeight(op), refuse);
  if (biases.some((bias) => Math.abs(bias) > layout.MAX_ACCUMULATOR))
    throw refuse('class-biases', 'a bias is larger than 2^30 steps');
  return {
    op: { ...multiplied(op, factor), epilogue: { kind: 'sum', bias: Int32Array.from(biases) } } as Op,
    scale: slope / factor,
    constant: slope * common,
    isRounded: factor > 1,
  };
}

function hasOneSlope(lines: readonly { slope: number }[]): boolean {
  return lines.every(({ slope }) => slope > 0 && isNear(slope, lines[0].slope));
}

function largestWeight(op: PendingOp): number {
  return 'weights' in op
    ? op.weights.reduce((largest, weight) => Math.max(largest, Math.abs(weight)), 1)
    : MAX_WEIGHT;
}

function biasesOf(
  shifts: readonly number[],
  largest: number,
  refuse: Refuse,
): { factor: number; biases: number[]; common: number } {
  for (const common of [0, shifts[0] - Math.floor(shifts[0])]) {
    const biases = shifts.map((shift) => Math.round(shift - common));
    if (
      biases.every(
        (bias, i) =>
          Math.abs(shifts[i] - common - bias) < TOLERANCE + RELATIVE_TOLERANCE * Math.abs(shifts[i]),
      )
    )
      return { factor: 1, biases, common };
  }
  const factor = Math.floor(MAX_WEIGHT / largest);
  const whole = shifts.map((shift) => Math.floor(shift + TOLERANCE));
  const fractions = shifts.map((shift, i) => Math.max(0, shift - whole[i]));
  const order = fractions.map((_, i) => i).sort((a, b) => fractions[a] - fractions[b]);
  const parts = fractions.map((fraction) => Math.floor(fraction * factor));
  // Fractions that the factor cannot tell apart move up as far as they must.
  for (let i = 1; i < order.length; i++) {
    const [before, at] = [order[i - 1], order[i]];
    const least = parts[before] + Number(fractions[at] - fractions[before] > TOLERANCE);
    parts[at] = Math.max(parts[at], least);
  }
  if (parts.some((part) => part >= factor)) {
    // Equal fractions keep one rank, so that the first of equal logits stays the first.
    let rank = 0;
    order.forEach((at, i) => {
      if (i > 0 && fractions[at] - fractions[order[i - 1]] > TOLERANCE) rank++;
      parts[at] = rank;
    });
    if (rank >= factor)
      throw refuse(
        'class-biases',
        'its biases are not multiples of the scale of its sums, which the format needs; quantize the biases of the last ' +
          'layer with the scale of its input times that of its weights, or leave them out',
      );
  }
  return { factor, biases: whole.map((each, i) => each * factor + parts[i]), common: 0 };
}

function multiplied(op: PendingOp, factor: number): PendingOp {
  if (factor === 1 || !('weights' in op)) return op;
  return { ...op, kind: 'int8-convolution', weights: op.weights.map((weight) => weight * factor) };
}
