import type * as tf from '../../tensorflow/index.js';
import type { Attribute, Library } from './library.js';

/** Levels, evenly spaced, that numbers go to the nearest of. */
export interface Levels {
  least: number;
  most: number;
  /** 2 to 16: there are 2^bits levels. */
  bits: number;
  /** One less. Default: false. */
  narrow?: boolean;
}

/**
 * TensorFlow's fake quantization: clamps and rounds in one pass over memory. Its sums in float32 may send a number just
 * beside the middle of two levels to the other one: of no weight for a step of training, and not for anything else.
 */
export function fakeQuantize(
  library: Library,
  x: tf.Tensor,
  { least, most, bits, narrow = false }: Levels,
): tf.Tensor {
  const { TF_ATTR_FLOAT, TF_ATTR_INT, TF_ATTR_BOOL } = library.binding;
  const attributes: Attribute[] = [
    { name: 'min', type: TF_ATTR_FLOAT, value: least },
    { name: 'max', type: TF_ATTR_FLOAT, value: most },
    { name: 'num_bits', type: TF_ATTR_INT, value: bits },
    { name: 'narrow_range', type: TF_ATTR_BOOL, value: narrow },
  ];
  return library.executeSingleOutput('FakeQuantWithMinMaxArgs', attributes, [x]) as tf.Tensor;
}
