import * as tf from '../../tensorflow/index.js';

/** The part of tfjs-backend-wasm's backend that the kernels here work with. */
export interface WasmBackend {
  /** Allocates a tensor on the heap without initializing its values. */
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  /**
   * Returns a view of a tensor on the heap. It is valid until the next allocation, since a growing heap may
   * move.
   */
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array | Int32Array | Uint8Array;
  /** Counts one more tensor that shares these values. */
  incRef(dataId: tf.TensorInfo['dataId']): void;
  disposeData(dataId: tf.TensorInfo['dataId']): boolean;
}

/** The arguments of a kernel. */
export interface KernelCall<Inputs extends string, Attributes = unknown> {
  inputs: Record<Inputs, tf.TensorInfo>;
  attrs: Attributes;
  backend: WasmBackend;
}

/** Calls another kernel of the wasm backend by its name. */
export function callKernel(
  backend: WasmBackend,
  name: string,
  inputs: Record<string, tf.TensorInfo>,
  attrs: object,
): tf.TensorInfo {
  const kernel = tf.getKernel(name, 'wasm');
  return kernel.kernelFunc({
    inputs,
    attrs: attrs as unknown as tf.NamedAttrMap,
    backend: backend as unknown as object,
  }) as tf.TensorInfo;
}

/** Returns the values of a float32 tensor on the heap, as `typedArrayFromHeap`. */
export const floats = (backend: WasmBackend, tensor: tf.TensorInfo): Float32Array =>
  backend.typedArrayFromHeap(tensor) as Float32Array;

/** Frees temporary tensors of a kernel. */
export function dispose(backend: WasmBackend, ...tensors: tf.TensorInfo[]): void {
  for (const { dataId } of tensors) backend.disposeData(dataId);
}
