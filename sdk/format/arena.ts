import { SECTION_ALIGNMENT } from '../../assembly/layout.js';
import { Mulberry32 } from '../random.js';
import { type Op, opInputs, replaceableInputs } from './graph.js';
import { type Shape, tensorBytes } from './tensor.js';

/** The places of the tensors and the size of the arena. */
export interface ArenaPlan {
  offsets: number[];
  /** The places of the ops' scratch memory. */
  scratchOffsets: number[];
  bytes: number;
}

/** A part of the arena for a tensor, for a tensor and those that replace it in place, or for the scratch of an op. */
interface Buffer {
  tensors: number[];
  /** The op whose scratch memory this is. */
  scratchOf?: number;
  bytes: number;
  /** The op that writes it first, from -1: the image exists before op 0. */
  first: number;
  /** The last op that uses it. */
  last: number;
}

/** Random orders that are tried where the good orders leave room. */
const RANDOM_ORDERS = 300;
/** Buffers that are compared with each other, in all random orders. */
const MAX_COMPARISONS = 20_000_000;

/**
 * Places tensors in one arena. Tensors that are needed at the same time do not overlap, with one exception: an output
 * takes the place of one of its {@link replaceableInputs} if no later op reads that.
 *
 * The plan is the best of several orders in which the tensors get the lowest free place: by size, by lifetime, by
 * execution and some random ones. The search ends where the arena is as small as the tensors that are needed at the
 * same time. It is the same for the same graph.
 *
 * @param shapes tensor 0 is the image, tensor k is written by op k - 1
 * @param scratch `scratch[i]` bytes are needed while op i runs (default: none)
 */
export function planArena(shapes: Shape[], ops: Op[], scratch: readonly number[] = []): ArenaPlan {
  const buffers = buffersOf(shapes, ops);
  scratch.forEach((bytes, op) => {
    if (bytes > 0) buffers.push({ tensors: [], scratchOf: op, bytes: alignUp(bytes), first: op, last: op });
  });
  const least = leastBytes(buffers, ops.length);
  let best = place(buffers, shapes.length);
  for (const order of orders(buffers)) {
    if (best.bytes === least) break;
    const plan = place(order, shapes.length);
    if (plan.bytes < best.bytes) best = plan;
  }
  return best;
}

/** Returns the buffers in the order of execution. */
function buffersOf(shapes: Shape[], ops: Op[]): Buffer[] {
  // A tensor is needed from the op that writes it to the last op that reads it.
  const lastRead = shapes.map((_, tensor) => tensor - 1);
  ops.forEach((op, index) => {
    for (const tensor of opInputs(op)) lastRead[tensor] = index;
  });
  const buffers: Buffer[] = [];
  const bufferOf: Buffer[] = [];
  shapes.forEach((shape, tensor) => {
    const op = tensor - 1;
    const replaceable = op >= 0 ? replaceableInputs(ops[op], shape, shapes) : [];
    const replaced = replaceable.find((input) => lastRead[input] === op);
    const buffer: Buffer =
      replaced !== undefined
        ? bufferOf[replaced]
        : { tensors: [], bytes: alignUp(tensorBytes(shape)), first: op, last: op };
    if (replaced === undefined) buffers.push(buffer);
    buffer.tensors.push(tensor);
    buffer.last = lastRead[tensor];
    bufferOf.push(buffer);
  });
  return buffers;
}

/** Returns the most bytes that are needed at the same time: no plan has fewer. */
function leastBytes(buffers: Buffer[], ops: number): number {
  const bytes = new Array<number>(ops + 1).fill(0);
  for (const buffer of buffers) {
    for (let op = buffer.first; op <= buffer.last; op++) bytes[op + 1] += buffer.bytes;
  }
  return Math.max(...bytes);
}

/** Yields orders of placement, the most promising first. */
function* orders(buffers: Buffer[]): Generator<Buffer[]> {
  const life = ({ first, last }: Buffer) => last - first + 1;
  const sorted = (value: (buffer: Buffer) => number) => buffers.toSorted((a, b) => value(b) - value(a));
  yield sorted(({ bytes }) => bytes);
  yield sorted((buffer) => buffer.bytes * life(buffer));
  yield sorted(life);
  yield buffers.toReversed();

  const random = new Mulberry32(1);
  const count = Math.min(RANDOM_ORDERS, Math.floor(MAX_COMPARISONS / buffers.length ** 2));
  for (let i = 0; i < count; i++) {
    // Around the order by size, because large buffers are the hardest to place.
    const keys = new Map(buffers.map((buffer) => [buffer, buffer.bytes * 4 ** (2 * random.next() - 1)]));
    yield sorted((buffer) => keys.get(buffer) ?? 0);
  }
}

/** Gives each buffer the lowest free place, in the order of the list. */
function place(buffers: Buffer[], tensors: number): ArenaPlan {
  const placed: (Buffer & { start: number; end: number })[] = [];
  const offsets = new Array<number>(tensors).fill(0);
  const scratchOffsets: number[] = [];
  let bytes = 0;
  for (const buffer of buffers) {
    let start = 0;
    // `placed` is sorted by start.
    for (const other of placed) {
      if (other.last < buffer.first || other.first > buffer.last) continue;
      if (start + buffer.bytes <= other.start) break;
      start = Math.max(start, other.end);
    }
    const end = start + buffer.bytes;
    const at = placed.findLastIndex((other) => other.start <= start) + 1;
    placed.splice(at, 0, { ...buffer, start, end });
    for (const tensor of buffer.tensors) offsets[tensor] = start;
    if (buffer.scratchOf !== undefined) scratchOffsets[buffer.scratchOf] = start;
    bytes = Math.max(bytes, end);
  }
  return { offsets, scratchOffsets, bytes };
}

/** Rounds up to a multiple of the section alignment. */
export function alignUp(bytes: number): number {
  return Math.ceil(bytes / SECTION_ALIGNMENT) * SECTION_ALIGNMENT;
}
