/**
 * Rounding to the steps of a fixed-point number in one pass over memory, by TensorFlow's fake quantisation. Its sums in
 * float32 may send a number just beside the middle of two steps to the other one: of no weight for a step of training, and
 * not for anything else.
 */
import type * as tf from '@tensorflow/tfjs';
import type { Attribute, Library } from './library.js';

/** Steps `least` to `most`, of which there must be 2^bits. */
export function roundToSteps(
  library: Library,
  x: tf.Tensor,
  { step, least, most }: { step: number; least: number; most: number },
): tf.Tensor {
  const { TF_ATTR_FLOAT, TF_ATTR_INT, TF_ATTR_BOOL } = library.binding;
  const attributes: Attribute[] = [
    { name: 'min', type: TF_ATTR_FLOAT, value: least * step },
    { name: 'max', type: TF_ATTR_FLOAT, value: most * step },
    { name: 'num_bits', type: TF_ATTR_INT, value: Math.log2(most - least + 1) },
    { name: 'narrow_range', type: TF_ATTR_BOOL, value: false },
  ];
  return library.executeSingleOutput('FakeQuantWithMinMaxArgs', attributes, [x]) as tf.Tensor;
}
