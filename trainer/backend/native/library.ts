/** The part of tfjs-node's backend that the kernels here use: TensorFlow's operations by name. */
import type * as tf from '../../tensorflow/index.js';

/** TensorFlow's numbers of types (types.proto). */
export const FLOAT32 = 1;
export const BFLOAT16 = 14;

/** A tensor of any type in the library. */
export type Handle = number;

export interface Attribute {
  name: string;
  type: number;
  value: unknown;
}

export interface Library {
  binding: {
    TF_Version: string;
    TF_ATTR_TYPE: number;
    TF_ATTR_BOOL: number;
    TF_ATTR_FLOAT: number;
    TF_ATTR_INT: number;
    TF_ATTR_STRING: number;
    executeOp(name: string, attributes: Attribute[], inputs: Handle[], outputs: number): { id: Handle }[];
    deleteTensor(handle: Handle): void;
  };
  /** Returns the handles of tensors, which still own them. */
  getInputTensorIds(tensors: tf.TensorInfo[]): Handle[];
  /** Makes a tensor that owns the output of an operation. */
  createOutputTensor(output: { id: Handle }): tf.TensorInfo;
  executeSingleOutput(name: string, attributes: Attribute[], inputs: tf.TensorInfo[]): tf.TensorInfo;
  executeMultipleOutputs(
    name: string,
    attributes: Attribute[],
    inputs: tf.TensorInfo[],
    outputs: number,
  ): tf.TensorInfo[];
}
