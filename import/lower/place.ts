/**
 * Ends sums in a tensor that the next op can read. What the network does with a sum is a staircase; its levels decide
 * the type of the tensor: bits for two levels, two planes for three, bytes or 16 bits for up to 256.
 */
import type { Epilogue, Op, Threshold } from '@bd-edge/sdk/internal';
import type { Refuse } from '../errors.js';
import type { Direction } from '../evaluate/elementwise.js';
import type { GraphBuilder } from './graph-builder.js';
import { gridOf, isNear } from './grid.js';
import { type CodeStairs, fitLines } from './line.js';
import { type Level, levelsOf } from './staircase.js';
import { directionsOf, isAffine, linesOf, ONE_PIXEL, realOf } from './sums.js';
import type { PendingPool, PlacedTensor, Sums, Value } from './values.js';

export interface Placement {
  /** The real number that a convolution reads outside of the tensor; undefined: it never reads there. */
  outside?: number;
  /** Whether an op reads the tensor that takes bytes or 16 bits, not bits. */
  numbers?: boolean;
  /** Whether two levels become the codes 0 and 2, in two equal planes, so that sums count half levels. */
  halfSteps?: boolean;
}

/** The levels that one byte distinguishes. */
const MAX_LEVELS = 256;
const MAX_CODE = MAX_LEVELS - 1;
const INT16 = [-32768, 32767] as const;

/** How levels become codes: `real = steps[c] * code + origins[c]`. */
interface Coding {
  steps: Float64Array;
  origins: Float64Array;
  /** [channel][level] */
  codes: number[][];
  low: number;
  high: number;
  /** Set if the codes are sums of so many bits. */
  planes?: 1 | 2;
}

/**
 * Returns the tensor that holds a value. It is appended to the graph once.
 *
 * @throws the error that `refuse` makes: `not-quantized`, `half-padding`, `uneven-levels`, `pool-of-falling-values`
 */
export function place(graph: GraphBuilder, value: Value, placement: Placement, refuse: Refuse): PlacedTensor {
  const { sums } = value;
  const { outside, numbers = false, halfSteps = false } = placement;
  const { placed } = sums;
  if (
    placed &&
    (outside === undefined ||
      placed.offsets.every((offset, channel) => isNear(offset, outside, Math.abs(placed.steps[channel]))))
  )
    return placed;
  const levels = allLevels(sums);
  if (!levels) return placeRawSums(graph, value, placement, refuse);
  const distinct = new Set(levels.flatMap((each) => each.map(({ value: real }) => real)));
  const few = numbers ? undefined : fewLevels(levels, distinct, outside, halfSteps);
  const coding = few && few !== 'half-padding' ? few : manyLevels(levels, distinct, outside);
  if (few === 'half-padding' && !graph.zeroPadding) {
    const pair = [...distinct].sort((a, b) => a - b).join(' and ');
    throw refuse(
      'half-padding',
      `it pads activations of ${pair} with ${outside}, which is none of the outer levels; pad with one of them ` +
        `(torch.nn.functional.pad with value=${Math.min(...distinct)}, or pad_values=1 in larq), or store them with 16 bits (--zero-padding int16)`,
    );
  }
  if (!coding)
    throw refuse(
      'uneven-levels',
      `its input "${value.name}" has ${distinct.size} levels, which are not evenly spaced; quantize with one scale`,
    );
  const isBits = !numbers && coding.planes !== undefined;
  const key = `${isBits ? 'bits' : 'numbers'} ${coding.steps.join()} ${coding.origins.join()}`;
  return graph.once(sums, key, () => {
    const tensor = isBits
      ? placeBits(graph, sums, levels, coding)
      : placeNumbers(graph, sums, levels, coding, refuse);
    graph.compare(tensor, value);
    return tensor;
  });
}

/** Returns the levels of each channel; undefined if a channel has more than a byte can hold. */
function allLevels(sums: Sums): Level[][] | undefined {
  const directions = directionsOf(sums);
  const result: Level[][] = [];
  for (let channel = 0; channel < sums.channels; channel++) {
    const levels = levelsOf(
      (sum) => realOf(sums, sum, channel),
      { low: sums.lows[channel], high: sums.highs[channel], direction: directions[channel] as Direction },
      MAX_LEVELS,
    );
    if (!levels) return undefined;
    result.push(levels);
  }
  return result;
}

/** Codes two or three levels, of which the outer two can be what is outside of the tensor. */
function fewLevels(
  levels: readonly Level[][],
  distinct: ReadonlySet<number>,
  outside: number | undefined,
  halfSteps: boolean,
): Coding | 'half-padding' | undefined {
  const sorted = [...distinct].sort((a, b) => a - b);
  const isEven =
    sorted.length < 3 || (sorted.length === 3 && isNear(sorted[1] - sorted[0], sorted[2] - sorted[1]));
  if (!isEven) return undefined;
  // A constant can be padded with anything.
  if (sorted.length === 1)
    sorted.push(outside === undefined || isNear(outside, sorted[0]) ? sorted[0] + 1 : outside);
  const [low, high] = [Math.min(...sorted), Math.max(...sorted)];
  const most = sorted.length === 3 || halfSteps ? 2 : 1;
  const span = high - low;
  const origin = outside === undefined || isNear(outside, low, span) ? low : high;
  if (outside !== undefined && !isNear(outside, origin, span))
    return isNear(outside, (low + high) / 2, span) ? 'half-padding' : undefined;
  const step = (origin === low ? span : -span) / most;
  return codingOf(levels, () => ({ origin, step }), most);
}

/** Codes two levels that differ from channel to channel. */
function twoByChannel(levels: readonly Level[][], outside: number | undefined): Coding | undefined {
  if (levels.some((each) => each.length > 2)) return undefined;
  const isUnusable = (each: readonly Level[]) =>
    outside !== undefined && each.length > 1 && !each.some(({ value }) => isNear(value, outside));
  if (levels.some(isUnusable)) return undefined;
  return codingOf(
    levels,
    (channel) => {
      const values = levels[channel].map(({ value }) => value);
      const origin = outside ?? Math.min(...values);
      const other = values.find((value) => !isNear(value, origin)) ?? origin + 1;
      return { origin, step: other - origin };
    },
    1,
  );
}

/** Codes up to 256 evenly spaced levels, with one step for all channels or one for each. */
function manyLevels(
  levels: readonly Level[][],
  distinct: ReadonlySet<number>,
  outside: number | undefined,
): Coding | undefined {
  const origin = outside ?? Math.min(...distinct);
  const limit = outside === undefined ? MAX_CODE : INT16[1];
  const grid =
    distinct.size > MAX_LEVELS
      ? undefined
      : gridOf(
          [...distinct].map((real) => real - origin),
          limit,
        );
  if (grid) return codingOf(levels, () => ({ origin, step: grid.step }));
  const two = twoByChannel(levels, outside);
  if (two) return two;
  const grids = levels.map((each) => {
    const values = each.map(({ value }) => value);
    const own = outside ?? Math.min(...values);
    return {
      origin: own,
      step: gridOf(
        values.map((real) => real - own),
        limit,
      )?.step,
    };
  });
  if (grids.some(({ step }) => step === undefined)) return undefined;
  return codingOf(levels, (channel) => ({ origin: grids[channel].origin, step: grids[channel].step ?? 1 }));
}

function codingOf(
  levels: readonly Level[][],
  ofChannel: (channel: number) => { origin: number; step: number },
  planes?: 1 | 2,
): Coding {
  const channels = levels.map((_, channel) => ofChannel(channel));
  const codes = levels.map((each, channel) => {
    const { origin, step } = channels[channel];
    return each.map(({ value }) => Math.round((value - origin) / step) + 0);
  });
  const all = codes.flat();
  const [low, high] = planes
    ? [0, planes]
    : [all.reduce((a, b) => Math.min(a, b), 0), all.reduce((a, b) => Math.max(a, b), 0)];
  return {
    steps: Float64Array.from(channels, ({ step }) => step),
    origins: Float64Array.from(channels, ({ origin }) => origin),
    ...{ codes, low, high, planes },
  };
}

function placeBits(
  graph: GraphBuilder,
  sums: Sums,
  levels: readonly Level[][],
  coding: Coding,
): PlacedTensor {
  const planes = coding.planes ?? 1;
  const thresholds = Array.from({ length: planes }, (_, plane): Threshold => {
    const folded = levels.map((each, channel) =>
      thresholdOf(each, coding.codes[channel], plane + 1, sums.highs[channel]),
    );
    return {
      values: Int32Array.from(folded, ({ value }) => value),
      invert: Uint8Array.from(folded, ({ invert }) => Number(invert)),
    };
  });
  let index = graph.append(withEpilogue(sums, { kind: 'threshold', thresholds, coupled: planes === 2 }));
  for (const pool of sums.pools) {
    const andMask = thresholds.flatMap(({ invert }) =>
      Array.from(invert, (inverted, channel) => Number(pool.directions[channel] > 0 === (inverted === 1))),
    );
    index = graph.append(poolOp(pool, index, Uint8Array.from(andMask)));
  }
  return placedTensor(sums, coding, index, 'bits');
}

/** Returns the threshold of the bit `code >= least`. */
function thresholdOf(
  levels: readonly Level[],
  codes: readonly number[],
  least: number,
  high: number,
): { value: number; invert: boolean } {
  const invert = codes[codes.length - 1] < codes[0];
  const at = codes.findIndex((code) => (invert ? code < least : code >= least));
  return { value: at === -1 ? high + 1 : levels[at].from, invert };
}

function placeNumbers(
  graph: GraphBuilder,
  sums: Sums,
  levels: readonly Level[][],
  coding: Coding,
  refuse: Refuse,
): PlacedTensor {
  const { low, high } = coding;
  const type = low < 0 ? 'int16' : 'u8';
  if (type === 'u8' && holdsCodes(sums, levels, coding)) {
    const index = withPools(graph, sums.op.input, sums, coding, refuse);
    return placedTensor(sums, coding, index, 'u8');
  }
  const stairs = (shift: number): CodeStairs[] =>
    levels.map((each, channel) => ({
      low: sums.lows[channel],
      high: sums.highs[channel],
      levels: each.map(({ from }, level) => ({ from, code: coding.codes[channel][level] + shift })),
    }));
  const direct = fitLines(stairs(0), type === 'u8' ? [0, MAX_CODE] : INT16);
  if (direct) {
    const index = graph.append(withEpilogue(sums, { kind: 'fixed-point', type, ...direct, addend: 0 }));
    return placedTensor(sums, coding, withPools(graph, index, sums, coding, refuse), type);
  }
  // The largest code becomes 255, where bytes are clamped. The ops after it take the shift back.
  const raise = MAX_CODE - high;
  const clamped = high - low > MAX_CODE ? undefined : fitLines(stairs(raise), [raise + low, MAX_CODE]);
  if (!clamped)
    throw refuse(
      'uneven-levels',
      `no line gives the sums at which its ${high - low + 1} levels begin; use a quantizer with evenly spaced thresholds`,
    );
  let index = graph.append(withEpilogue(sums, { kind: 'fixed-point', type: 'u8', ...clamped, addend: 0 }));
  index = withPools(graph, index, sums, coding, refuse);
  // Bytes clamp the smallest code too, if it is 0.
  if (high - low < MAX_CODE) index = graph.append(moved(sums, index, 'u8', -(raise + low)));
  else if (low === 0) return placedTensor(sums, coding, index, type);
  if (low < 0) index = graph.append(moved(sums, index, 'int16', high - low < MAX_CODE ? low : -raise));
  return placedTensor(sums, coding, index, type);
}

/** Returns whether the op's input already holds the codes. */
function holdsCodes({ op, lows, highs }: Sums, levels: readonly Level[][], { codes }: Coding): boolean {
  const { kernelHeight, kernelWidth } = op.window;
  if (op.kind !== 'sum-pool' || kernelHeight * kernelWidth !== 1) return false;
  return levels.every(
    (each, channel) =>
      each.length === highs[channel] - lows[channel] + 1 &&
      each.every(({ from }, level) => codes[channel][level] === from),
  );
}

/** Returns an op that adds to every number of a tensor. */
function moved(
  { height, width, channels }: Sums,
  input: number,
  type: 'u8' | 'int16',
  by: number,
): Extract<Op, { kind: 'sum-pool' }> {
  return {
    ...{
      kind: 'sum-pool',
      input,
      window: ONE_PIXEL,
      outputHeight: height,
      outputWidth: width,
      filters: channels,
    },
    epilogue: {
      ...{ kind: 'fixed-point', type, shift: 0, addend: 0 },
      multipliers: new Int32Array(channels).fill(1),
      offsets: new BigInt64Array(channels).fill(BigInt(by)),
    },
  };
}

/** Appends the max-pools of numbers. */
function withPools(
  graph: GraphBuilder,
  input: number,
  sums: Sums,
  { codes }: Coding,
  refuse: Refuse,
): number {
  let index = input;
  for (const pool of sums.pools) {
    codes.forEach((each, channel) => {
      const rising = Math.sign(each[each.length - 1] - each[0]);
      if (rising * pool.directions[channel] < 0)
        throw refuse(
          'pool-of-falling-values',
          `channel ${channel} of "${sums.op.kind}" is pooled before it changes its sign; pool after the activation`,
        );
    });
    index = graph.append(poolOp(pool, index, new Uint8Array()));
  }
  return index;
}

/** Stores sums that are not quantized, if they fit 16 bits. */
function placeRawSums(
  graph: GraphBuilder,
  value: Value,
  { outside }: Placement,
  refuse: Refuse,
): PlacedTensor {
  const { sums } = value;
  const { pools, op } = sums;
  const lows = sums.lows.reduce((a, b) => Math.min(a, b), 0);
  const highs = sums.highs.reduce((a, b) => Math.max(a, b), 0);
  const fits = lows >= INT16[0] && highs <= INT16[1];
  if (!isAffine({ ...sums, pools: [] }) || !fits)
    throw refuse(
      'not-quantized',
      `its input "${value.name}" is not quantized to at most ${MAX_LEVELS} levels; put a quantizer before it`,
    );
  const lines = linesOf(sums);
  const coding: Coding = {
    steps: Float64Array.from(lines, ({ slope }) => slope),
    origins: Float64Array.from(lines, ({ intercept }) => intercept),
    codes: lines.map(() => [0, 1]),
    ...{ low: lows, high: highs },
  };
  if (
    outside !== undefined &&
    !lines.every(({ slope, intercept }) => isNear(intercept, outside, Math.abs(slope)))
  )
    throw refuse(
      'half-padding',
      `it pads the numbers of "${value.name}" with ${outside}, which is not their zero; use no padding`,
    );
  if (lines.some(({ slope }) => slope === 0))
    throw refuse('not-quantized', `a channel of its input "${value.name}" is constant`);
  return graph.once(sums, 'sums', () => {
    const isReading = op.kind === 'sum-pool' && op.window.kernelHeight * op.window.kernelWidth === 1;
    const epilogue: Epilogue = {
      ...{ kind: 'fixed-point', type: 'int16', shift: 0, addend: 0 },
      multipliers: new Int32Array(sums.channels).fill(1),
      offsets: new BigInt64Array(sums.channels),
    };
    let index = isReading ? op.input : graph.append(withEpilogue(sums, epilogue));
    if (pools.length > 0) index = withPools(graph, index, sums, coding, refuse);
    const tensor = placedTensor(sums, coding, index, 'int16');
    graph.compare(tensor, value);
    return tensor;
  });
}

function withEpilogue({ op }: Sums, epilogue: Epilogue): Op {
  return { ...op, epilogue } as Op;
}

function poolOp({ window, outputHeight, outputWidth }: PendingPool, input: number, andMask: Uint8Array): Op {
  return { kind: 'max-pool', input, window, outputHeight, outputWidth, andMask };
}

function placedTensor(
  { height, width, channels }: Sums,
  { steps, origins, low, high }: Coding,
  index: number,
  type: PlacedTensor['type'],
): PlacedTensor {
  return { height, width, channels, index, type, low, high, steps, offsets: origins };
}
