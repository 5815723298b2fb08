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

/** The factors that are tried before shifts are rounded. */
const FACTORS = [1, 2, 4, 8, 16];

/** @param sums affine @throws the error that `refuse` makes: `class-scales`, `class-biases` */
export function logitsOf(given: Sums, refuse: Refuse): Logits {
  const sums = withOneSlope(given, refuse);
  const exact = exactLogits(sums);
  if (exact) return exact;
  for (const alternative of given.alternatives ?? []) {
    const logits = exactLogits(withOneSlope({ ...given, ...alternative(), steps: given.steps }, refuse));
    if (logits) return logits;
  }
  const { shifts, slope } = shiftsOf(sums);
  const factor = Math.floor(MAX_WEIGHT / largestWeight(sums.op));
  const biases = roundedBiases(shifts, factor);
  if (!biases)
    throw refuse(
      'class-biases',
      'its biases are not multiples of the scale of its sums, which the format needs; quantize the biases of the last ' +
        'layer with the scale of its input times that of its weights, or leave them out',
    );
  return { op: finished(sums.op, factor, biases), scale: slope / factor, constant: 0, isRounded: true };
}

/** Returns the sums with one slope for all classes. */
function withOneSlope(sums: Sums, refuse: Refuse): Sums {
  for (const tried of [sums, sums.withOneScale?.()]) {
    const unified = tried && { ...sums, base: tried.base, op: tried.op };
    if (unified && hasOneSlope(linesOf(unified))) return unified;
  }
  throw refuse(
    'class-scales',
    'each class has its own scale, and the format has one for all; use one weight scale, or no batch norm, in the last layer',
  );
}

function hasOneSlope(lines: readonly { slope: number }[]): boolean {
  return lines.every(({ slope }) => slope > 0 && isNear(slope, lines[0].slope));
}

function shiftsOf(sums: Sums): { shifts: number[]; slope: number } {
  const lines = linesOf(sums);
  const [{ slope }] = lines;
  return { shifts: lines.map(({ intercept }) => intercept / slope), slope };
}

/** Returns logits whose biases are integers; undefined if there is no such factor. */
function exactLogits(sums: Sums): Logits | undefined {
  const { shifts, slope } = shiftsOf(sums);
  const most = Math.floor(MAX_WEIGHT / largestWeight(sums.op));
  for (const factor of FACTORS.filter((each) => each <= most))
    for (const common of [0, shifts[0] - Math.floor(shifts[0])]) {
      const exact = shifts.map((shift) => (shift - common) * factor);
      const biases = exact.map(Math.round);
      const isInteger = (bias: number, i: number) =>
        Math.abs(exact[i] - bias) < TOLERANCE + RELATIVE_TOLERANCE * Math.abs(exact[i]);
      if (biases.every(isInteger) && biases.every((bias) => Math.abs(bias) <= layout.MAX_ACCUMULATOR))
        return {
          op: finished(sums.op, factor, biases),
          ...{ scale: slope / factor, constant: slope * common, isRounded: false },
        };
    }
  return undefined;
}

function largestWeight(op: PendingOp): number {
  if (!('weights' in op)) return MAX_WEIGHT;
  return op.weights.reduce((largest, weight) => Math.max(largest, Math.abs(weight)), 1);
}

/** Returns biases that keep the order of all logits; undefined if the factor is too small. */
function roundedBiases(shifts: readonly number[], factor: number): number[] | undefined {
  const whole = shifts.map((shift) => Math.floor(shift + TOLERANCE));
  const fractions = shifts.map((shift, i) => Math.max(0, shift - whole[i]));
  const order = fractions.map((_, i) => i).sort((a, b) => fractions[a] - fractions[b]);
  const isAbove = (i: number) => fractions[order[i]] - fractions[order[i - 1]] > TOLERANCE;
  const parts = fractions.map((fraction) => Math.floor(fraction * factor));
  // Equal fractions get one part, so that the first of equal logits stays the first. Others move up as far as they must.
  for (let i = 1; i < order.length; i++) {
    const before = parts[order[i - 1]];
    parts[order[i]] = isAbove(i) ? Math.max(parts[order[i]], before + 1) : before;
  }
  if (parts.some((part) => part >= factor)) {
    let rank = 0;
    order.forEach((at, i) => {
      if (i > 0 && isAbove(i)) rank++;
      parts[at] = rank;
    });
    if (rank >= factor) return undefined;
  }
  const biases = whole.map((each, i) => each * factor + parts[i]);
  return biases.every((bias) => Math.abs(bias) <= layout.MAX_ACCUMULATOR) ? biases : undefined;
}

function finished(op: PendingOp, factor: number, biases: number[]): Op {
  const epilogue = { kind: 'sum', bias: Int32Array.from(biases) } as const;
  if (factor === 1 || !('weights' in op)) return { ...op, epilogue } as Op;
  const weights = op.weights.map((weight) => weight * factor);
  return { ...op, kind: 'int8-convolution', weights, epilogue };
}
