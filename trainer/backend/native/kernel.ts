import type * as tf from '../../tensorflow/index.js';
import type { Library } from './library.js';

/** The arguments of a kernel. */
export interface Call {
  inputs: Record<string, tf.TensorInfo>;
  attrs: Record<string, unknown>;
  backend: Library;
}

export type Kernel = (call: Call) => tf.TensorInfo;
