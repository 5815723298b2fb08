/** Sums on their way to an epilogue: averages, batch norms and the copies of a decoupled network. */
import * as layout from '@bd-edge/sdk/internal/layout';
import { type ChannelNorm, NO_NORM, withGain } from './channel-norm.js';
import type { Refuse } from './errors.js';
import type { Copies, PendingOp, SumsValue, TensorValue, Value } from './values.js';
import { type PlacedWindow, placeWindow } from './window.js';

/** Returns windows of one pixel. */
export function eachPixel({ height, width }: TensorValue): PlacedWindow {
  return placeWindow([height, width], [1, 1], [1, 1], 'valid', Error);
}

/**
 * Returns averages over windows of bytes or of a stream.
 *
 * @param joined whether the two copies are averaged too; otherwise they stay side by side
 * @throws the error that `refuse` makes
 */
export function averageOver(
  input: TensorValue,
  placed: PlacedWindow,
  joined: boolean,
  refuse: Refuse,
): SumsValue {
  const pending = averageOf(input, placed, joined, refuse);
  const copies = joined ? 1 : input.copies;
  return { kind: 'sums', pending, copies, channels: input.channels, pools: [], norms: undefined };
}

/** Returns the op of an average, as {@link averageOver}. */
export function averageOf(
  input: TensorValue,
  placed: PlacedWindow,
  joined: boolean,
  refuse: Refuse = Error,
): PendingOp {
  const { kernelHeight, kernelWidth, strideY, strideX, paddingTop, paddingLeft } = placed.window;
  const overhangs = (kernel: number, stride: number, padding: number, outputs: number, inputs: number) =>
    kernel > 2 && (padding > 0 || (outputs - 1) * stride + kernel > inputs);
  if (
    overhangs(kernelHeight, strideY, paddingTop, placed.outputHeight, input.height) ||
    overhangs(kernelWidth, strideX, paddingLeft, placed.outputWidth, input.width)
  )
    throw refuse('its windows of more than 2 pixels reach beyond the border; let them end there');
  const terms = kernelHeight * kernelWidth * (joined ? 2 : 1);
  const limit = terms * input.largest;
  if (limit > layout.MAX_ACCUMULATOR) throw refuse('its windows have too many pixels');
  const filters = joined ? input.channels : input.channels * input.copies;
  return {
    op: { kind: 'sum-pool', input: input.index, ...placed, filters },
    bias: new Int32Array(filters),
    unit: input.step / terms,
    limit,
  };
}

/** Returns a value as sums of `copies` copies. Bytes and streams become sums over windows of one pixel. */
export function toSums(value: Value, copies: Copies, refuse: Refuse): SumsValue {
  if (value.kind === 'tensor' && value.index > 0 && value.largest >= 255)
    return toSums(averageOver(value, eachPixel(value), false, refuse), copies, refuse);
  if (value.kind !== 'sums')
    throw refuse('it needs a convolution, a dense layer or fixed-point numbers before it');
  if (value.copies === copies) return value;
  return { ...value, copies, norms: value.norms && [...value.norms, ...value.norms] };
}

/**
 * Returns the norms between the sums and their activation, [copies][channels], with the filters' gains taken
 * in.
 */
export function normsOf({ pending, copies, channels, norms }: SumsValue): ChannelNorm[] {
  return Array.from({ length: copies * channels }, (_, i) => {
    const norm = norms?.[i] ?? NO_NORM;
    return pending.gains ? withGain(norm, pending.gains[i % channels]) : norm;
  });
}

/** Refuses a bias, which only logits can have. */
export function requireNoBias({ pending }: SumsValue, refuse: Refuse): void {
  if (pending.bias.some((bias) => bias !== 0)) throw refuse('the layer before it has a bias');
}
