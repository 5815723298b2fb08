import type * as tf from '../../tensorflow/index.js';
import type { Attribute, Library } from './library.js';

/** Evenly spaced levels. */
export interface Levels {
  min: number;
  max: number;
  /** 2 to 16. The number of levels is 2^bits. */
  bits: number;
  /** One level less. Default: false. */
  narrow?: boolean;
}

/**
 * Clamps and rounds in one pass over memory, by TensorFlow's fake quantization. Its sums in float32 may round
 * a number near the middle of two levels to the other one. That does not matter in a training step, but use
 * it for nothing else.
 */
export function fakeQuantize(
  library: Library,
  x: tf.Tensor,
  { min, max, bits, narrow = false }: Levels,
): tf.Tensor {
  const { TF_ATTR_FLOAT, TF_ATTR_INT, TF_ATTR_BOOL } = library.binding;
  const attributes: Attribute[] = [
    { name: 'min', type: TF_ATTR_FLOAT, value: min },
    { name: 'max', type: TF_ATTR_FLOAT, value: max },
    { name: 'num_bits', type: TF_ATTR_INT, value: bits },
    { name: 'narrow_range', type: TF_ATTR_BOOL, value: narrow },
  ];
  return library.executeSingleOutput('FakeQuantWithMinMaxArgs', attributes, [x]) as tf.Tensor;
}
