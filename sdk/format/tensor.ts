import { TYPE_BITS, TYPE_INT16, TYPE_INT32, TYPE_U8, WORD_BITS, WORD_BYTES } from '../../assembly/layout.js';

/** The type of a tensor's elements. */
export type TensorType = 'u8' | 'bits' | 'int32' | 'int16';

/**
 * A tensor's shape, always channels last.
 *
 * `planes` is 2 for the output of a coupled (ternary) activation: two bit tensors of `channels` channels
 * each. Their sum 0, 1 or 2 stands for the activation 0, 1/2 or 1. Otherwise `planes` is 1.
 */
export interface Shape {
  height: number;
  width: number;
  channels: number;
  type: TensorType;
  planes: 1 | 2;
}

/** A tensor with its place in the arena. */
export interface Tensor extends Shape {
  /** Bytes from the start of the arena. */
  offset: number;
}

/** The code of each tensor type in an op record. */
export const TYPE_CODES: Record<TensorType, number> = {
  u8: TYPE_U8,
  bits: TYPE_BITS,
  int32: TYPE_INT32,
  int16: TYPE_INT16,
};

/** Bytes of one number. */
const BYTES = { u8: 1, int16: 2, int32: 4 } as const;

/** Returns how many words of 32 bits hold `bits` bits. */
export function wordsFor(bits: number): number {
  return Math.ceil(bits / WORD_BITS);
}

/** Returns the bytes of one pixel: all channels of all planes. */
export function pixelBytes(shape: Shape): number {
  if (shape.type === 'bits') return shape.planes * wordsFor(shape.channels) * WORD_BYTES;
  return shape.channels * BYTES[shape.type];
}

/** Returns the bytes of a tensor in the arena. */
export function tensorBytes(shape: Shape): number {
  return shape.height * shape.width * pixelBytes(shape);
}

/** Returns whether two tensors have equal numbers of the same type. */
export function hasSameNumbers(one: Shape, other: Shape): boolean {
  return (
    one.type === other.type &&
    one.planes === other.planes &&
    one.height === other.height &&
    one.width === other.width &&
    one.channels === other.channels
  );
}
