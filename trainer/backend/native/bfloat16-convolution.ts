/**
 * Convolutions and their gradients in bfloat16, in training steps of that precision. Both inputs are rounded
 * to bfloat16; the library multiplies and adds, and rounds the result once.
 */
import type * as tf from '../../tensorflow/index.js';
import { stepPrecision, whenStepEnds } from '../precision.js';
import type { Kernel } from './kernel.js';
import { type Attribute, BFLOAT16, FLOAT32, type Handle, type Library } from './library.js';

/**
 * Runs tfjs-node's own kernel with its one operation of the library in bfloat16.
 *
 * @param own a kernel that calls `executeSingleOutput` once, with float32 tensors and the int32 shape that it
 *   makes
 */
export const bfloat16Convolution =
  (own: Kernel): Kernel =>
  (call) =>
    stepPrecision() === 'bfloat16' ? own({ ...call, backend: roundingLibrary(call.backend) }) : own(call);

/** Wraps the library so that operations compute in bfloat16, with float32 inputs and outputs. */
function roundingLibrary(library: Library): Library {
  return Object.create(library, {
    executeSingleOutput: {
      value: (name: string, attributes: Attribute[], inputs: tf.TensorInfo[]) => {
        const handles = library.getInputTensorIds(inputs);
        const rounded = inputs.map((input, i) =>
          input.dtype === 'float32' ? roundedOnce(library, input, handles[i]) : handles[i],
        );
        const typed = attributes.map((attribute) =>
          attribute.name === 'T' ? { ...attribute, value: BFLOAT16 } : attribute,
        );
        const [{ id }] = library.binding.executeOp(name, typed, rounded, 1);
        const output = cast(library, id, BFLOAT16, FLOAT32);
        library.binding.deleteTensor(id);
        return library.createOutputTensor(output);
      },
    },
  });
}

/**
 * The rounded tensors of a step, by the ids of their data. Two convolutions of a step read each input and
 * gradient, and rounding takes a pass over memory.
 */
const roundedInStep = new Map<object, Handle>();

/** Returns the rounded tensor, which is kept until the step ends. */
function roundedOnce(library: Library, { dataId }: tf.TensorInfo, handle: Handle): Handle {
  const known = roundedInStep.get(dataId);
  if (known !== undefined) return known;
  const { id } = cast(library, handle, FLOAT32, BFLOAT16);
  roundedInStep.set(dataId, id);
  whenStepEnds(() => {
    roundedInStep.delete(dataId);
    library.binding.deleteTensor(id);
  });
  return id;
}

function cast({ binding }: Library, input: Handle, from: number, to: number): { id: Handle } {
  const attributes = [
    { name: 'SrcT', type: binding.TF_ATTR_TYPE, value: from },
    { name: 'DstT', type: binding.TF_ATTR_TYPE, value: to },
    { name: 'Truncate', type: binding.TF_ATTR_BOOL, value: false },
  ];
  return binding.executeOp('Cast', attributes, [input], 1)[0];
}
