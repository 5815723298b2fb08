import { SECTION_ALIGNMENT } from '../../assembly/layout.js';
import { type Shape, tensorBytes } from './tensor.js';

/** The places of the tensors and the size of the arena. */
export interface ArenaPlan {
  offsets: number[];
  bytes: number;
}

/**
 * Places tensors in one arena by first fit, in the order of execution. Tensors that are needed at the
 * same time do not overlap.
 *
 * @param shapes tensor 0 is the image, tensor k is written by op k - 1
 * @param reads `reads[i]` are the tensors that op i reads
 */
export function planArena(shapes: Shape[], reads: number[][]): ArenaPlan {
  // A tensor is needed from the op that writes it to the last op that reads it.
  const lastRead = shapes.map((_, tensor) =>
    Math.max(
      tensor - 1,
      reads.findLastIndex((read) => read.includes(tensor)),
    ),
  );
  const placed: { start: number; end: number; lastRead: number }[] = [];
  const offsets = shapes.map((shape, tensor) => {
    const bytes = alignUp(tensorBytes(shape));
    const writer = tensor - 1;
    const live = placed.filter((other) => other.lastRead >= writer).sort((a, b) => a.start - b.start);
    let start = 0;
    for (const other of live) {
      if (start + bytes <= other.start) break;
      start = Math.max(start, other.end);
    }
    placed.push({ start, end: start + bytes, lastRead: lastRead[tensor] });
    return start;
  });
  return { offsets, bytes: Math.max(...placed.map((tensor) => tensor.end)) };
}

/** Rounds up to a multiple of the section alignment. */
export function alignUp(bytes: number): number {
  return Math.ceil(bytes / SECTION_ALIGNMENT) * SECTION_ALIGNMENT;
}
