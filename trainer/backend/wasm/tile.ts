import type * as tf from '../../tensorflow/index.js';
import type { KernelCall } from './heap.js';

/** Repeats a tensor of any type `reps[axis]` times along each axis. */
export function tile({
  inputs: { x },
  attrs: { reps },
  backend,
}: KernelCall<'x', { reps: number[] }>): tf.TensorInfo {
  const out = backend.makeOutput(
    x.shape.map((size, axis) => size * reps[axis]),
    x.dtype,
  );
  const to = backend.typedArrayFromHeap(out);
  if (to.length === 0) return out;
  to.set(backend.typedArrayFromHeap(x));
  // From the last axis to the first: `blocks` blocks of `block` values each repeat along this axis.
  let blocks = x.shape.reduce((product, size) => product * size, 1);
  let block = 1;
  for (let axis = x.shape.length - 1; axis >= 0; axis--) {
    blocks /= x.shape[axis];
    block *= x.shape[axis];
    if (reps[axis] > 1) repeatBlocks(to, block, blocks, reps[axis]);
    block *= reps[axis];
  }
  return out;
}

/** Spreads `count` consecutive blocks to `times` copies each, in place, beginning with the last. */
function repeatBlocks(
  values: Float32Array | Int32Array | Uint8Array,
  size: number,
  count: number,
  times: number,
): void {
  for (let index = count - 1; index >= 0; index--) {
    const start = index * size * times;
    values.copyWithin(start, index * size, (index + 1) * size);
    // Doubles the copies: a few long copies are faster than many short ones.
    for (let done = 1; done < times; done *= 2)
      values.copyWithin(start + done * size, start, start + Math.min(done, times - done) * size);
  }
}
