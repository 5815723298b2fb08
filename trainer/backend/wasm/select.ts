import * as tf from '../../tensorflow/index.js';
import type { KernelCall } from './heap.js';

type Select = (call: KernelCall<'condition' | 't' | 'e'>) => tf.TensorInfo;

/**
 * Returns `t` where the condition is true, else `e`, for float32 tensors of one shape; `own` does all other
 * cases.
 */
export const select =
  (own: Select): Select =>
  (call) => {
    const { condition, t, e } = call.inputs;
    const sameShape = [condition, e].every(({ shape }) => tf.util.arraysEqual(shape, t.shape));
    if (!sameShape || t.dtype !== 'float32' || e.dtype !== 'float32') return own(call);
    const out = call.backend.makeOutput(t.shape, 'float32');
    // As bits, since an `if` for each value would stall the processor on every wrong prediction.
    const [yes, no, to] = [t, e, out].map((tensor) => {
      const { buffer, byteOffset, length } = call.backend.typedArrayFromHeap(tensor);
      return new Int32Array(buffer, byteOffset, length);
    });
    const truths = call.backend.typedArrayFromHeap(condition);
    mix(truths as Uint8Array, yes, no, to);
    return out;
  };

function mix(truths: Uint8Array, yes: Int32Array, no: Int32Array, to: Int32Array): void {
  for (let i = 0; i < to.length; i++) {
    const mask = -(truths[i] & 1);
    to[i] = (yes[i] & mask) | (no[i] & ~mask);
  }
}
