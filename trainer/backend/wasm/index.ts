import * as tf from '../../tensorflow/index.js';
import { type Backend, shortVersion } from '../backend.js';
import { PACKAGES } from '../errors.js';
import { registerKernels } from './register.js';

/**
 * Loads the WebAssembly backend, adds the kernels that training needs, and makes it the backend in use.
 *
 * @throws the error that prevents it from loading; `selectBackend` turns it into a `MissingDependencyError`
 */
export async function loadWasm(): Promise<Backend> {
  const { version_wasm } = await import(PACKAGES.wasm);
  registerKernels();
  if (!(await tf.setBackend('wasm'))) throw new Error('WebAssembly did not start');
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return {
    name: 'wasm',
    description: `WebAssembly${simd ? ' with SIMD' : ''} (tfjs-backend-wasm ${shortVersion(version_wasm)})`,
  };
}
