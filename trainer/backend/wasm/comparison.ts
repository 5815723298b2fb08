import * as tf from '@tensorflow/tfjs';
import { floats, type KernelCall } from './heap.js';

type Comparison = (call: KernelCall<'a' | 'b'>) => tf.TensorInfo;

/** Compares `a` with `b`, whose next value lies `step` further on: 0 where b is one number. */
type Loop = (a: Float32Array, b: Float32Array, step: number, out: Uint8Array) => void;

// One loop each, on purpose: a shared one that is handed the comparison runs ten times slower.
const loops: Record<'Greater' | 'GreaterEqual' | 'Less' | 'LessEqual', Loop> = {
  Greater: (a, b, step, out) => {
    for (let i = 0, j = 0; i < out.length; i++, j += step) out[i] = +(a[i] > b[j]);
  },
  GreaterEqual: (a, b, step, out) => {
    for (let i = 0, j = 0; i < out.length; i++, j += step) out[i] = +(a[i] >= b[j]);
  },
  Less: (a, b, step, out) => {
    for (let i = 0, j = 0; i < out.length; i++, j += step) out[i] = +(a[i] < b[j]);
  },
  LessEqual: (a, b, step, out) => {
    for (let i = 0, j = 0; i < out.length; i++, j += step) out[i] = +(a[i] <= b[j]);
  },
};

/** Element by element, two float32 tensors of one shape, or a tensor and one number; the rest is left to `own`. */
export const comparison =
  (name: keyof typeof loops) =>
  (own: Comparison): Comparison =>
  (call) => {
    const { a, b } = call.inputs;
    const single = b.shape.length === 0;
    const same = tf.util.arraysEqual(a.shape, b.shape);
    if (a.dtype !== 'float32' || b.dtype !== 'float32' || !(single || same)) return own(call);
    const out = call.backend.makeOutput(a.shape, 'bool');
    const truths = call.backend.typedArrayFromHeap(out) as Uint8Array;
    loops[name](floats(call.backend, a), floats(call.backend, b), single ? 0 : 1, truths);
    return out;
  };

/** Both true, element by element; tensors of different shapes are left to `own`. */
export const logicalAnd =
  (own: Comparison): Comparison =>
  (call) => {
    const { a, b } = call.inputs;
    if (!tf.util.arraysEqual(a.shape, b.shape)) return own(call);
    const out = call.backend.makeOutput(a.shape, 'bool');
    const [left, right, both] = [a, b, out].map((tensor) => call.backend.typedArrayFromHeap(tensor));
    for (let i = 0; i < both.length; i++) both[i] = left[i] & right[i];
    return out;
  };
