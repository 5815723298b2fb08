import * as tf from '../../tensorflow/index.js';
import { floats, type KernelCall } from './heap.js';

type Comparison = (call: KernelCall<'a' | 'b'>) => tf.TensorInfo;
type Loop = (values: Float32Array, threshold: number, truths: Uint8Array) => void;

// Each comparison has its own loop: a shared loop with a function argument is many times slower.
const loops: Record<'Greater' | 'GreaterEqual' | 'Less' | 'LessEqual', Loop> = {
  Greater: (values, threshold, truths) => {
    for (let i = 0; i < truths.length; i++) truths[i] = +(values[i] > threshold);
  },
  GreaterEqual: (values, threshold, truths) => {
    for (let i = 0; i < truths.length; i++) truths[i] = +(values[i] >= threshold);
  },
  Less: (values, threshold, truths) => {
    for (let i = 0; i < truths.length; i++) truths[i] = +(values[i] < threshold);
  },
  LessEqual: (values, threshold, truths) => {
    for (let i = 0; i < truths.length; i++) truths[i] = +(values[i] <= threshold);
  },
};

/**
 * Compares a float32 tensor with one number, as activations do with a threshold; `own` does all other cases.
 */
export const comparison =
  (name: keyof typeof loops) =>
  (own: Comparison): Comparison =>
  (call) => {
    const { backend, inputs } = call;
    const { a, b } = inputs;
    if (a.dtype !== 'float32' || b.dtype !== 'float32' || b.shape.length > 0) return own(call);
    const out = backend.makeOutput(a.shape, 'bool');
    const [threshold] = floats(backend, b);
    loops[name](floats(backend, a), threshold, backend.typedArrayFromHeap(out) as Uint8Array);
    return out;
  };

/** Computes AND element by element; `own` does tensors of different shapes. */
export const logicalAnd =
  (own: Comparison): Comparison =>
  (call) => {
    const { backend, inputs } = call;
    const { a, b } = inputs;
    if (!tf.util.arraysEqual(a.shape, b.shape)) return own(call);
    const out = backend.makeOutput(a.shape, 'bool');
    const [left, right, both] = [a, b, out].map((tensor) => backend.typedArrayFromHeap(tensor) as Uint8Array);
    and(left, right, both);
    return out;
  };

function and(left: Uint8Array, right: Uint8Array, both: Uint8Array): void {
  for (let i = 0; i < both.length; i++) both[i] = left[i] & right[i];
}
