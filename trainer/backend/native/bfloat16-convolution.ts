/**
 * Convolutions and their gradients in bfloat16, where a training step asks for it: both inputs are rounded to bfloat16,
 * the library multiplies and adds, and rounds the result once.
 */
import type * as tf from '@tensorflow/tfjs';
import { stepPrecision } from '../precision.js';
import type { Kernel } from './kernel.js';
import type { Attribute, Handle, Library } from './library.js';

/** TensorFlow's numbers for types (types.proto). */
const FLOAT32 = 1;
const BFLOAT16 = 14;

/**
 * Runs tfjs-node's own kernel, whose work is one operation of the library, with that operation in bfloat16.
 *
 * @param own a kernel that calls `executeSingleOutput` once, with float32 tensors and the int32 shape that it makes
 */
export const bfloat16Convolution =
  (own: Kernel): Kernel =>
  (call) =>
    stepPrecision() === 'bfloat16' ? own({ ...call, backend: roundingLibrary(call.backend) }) : own(call);

/** The library, with operations that take and give float32 and compute in bfloat16. */
function roundingLibrary(library: Library): Library {
  return Object.create(library, {
    executeSingleOutput: {
      value: (name: string, attributes: Attribute[], inputs: tf.TensorInfo[]) => {
        const handles = library.getInputTensorIds(inputs);
        const rounded = inputs.map(({ dtype }, i) =>
          dtype === 'float32' ? cast(library, handles[i], FLOAT32, BFLOAT16).id : handles[i],
        );
        const typed = attributes.map((attribute) =>
          attribute.name === 'T' ? { ...attribute, value: BFLOAT16 } : attribute,
        );
        const [{ id }] = library.binding.executeOp(name, typed, rounded, 1);
        const output = cast(library, id, BFLOAT16, FLOAT32);
        const temporary = [id, ...rounded.filter((handle, i) => handle !== handles[i])];
        for (const handle of temporary) library.binding.deleteTensor(handle);
        return library.createOutputTensor(output);
      },
    },
  });
}

function cast({ binding }: Library, input: Handle, from: number, to: number): { id: Handle } {
  const attributes = [
    { name: 'SrcT', type: binding.TF_ATTR_TYPE, value: from },
    { name: 'DstT', type: binding.TF_ATTR_TYPE, value: to },
    { name: 'Truncate', type: binding.TF_ATTR_BOOL, value: false },
  ];
  return binding.executeOp('Cast', attributes, [input], 1)[0];
}
