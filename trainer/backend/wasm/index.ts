import * as tf from '../../tensorflow/index.js';
import { type Backend, shortVersion } from '../backend.js';
import { registerKernels } from './register.js';

// In a variable, so that a bundler leaves the optional package alone.
const PACKAGE = '@tensorflow/tfjs-backend-wasm';

/**
 * Loads the WebAssembly backend, completes it for training and makes it the backend in use.
 * @throws whatever keeps it from loading; `selectBackend` turns that into a `BdEdgeError`
 */
export async function loadWasm(): Promise<Backend> {
  const { version_wasm } = await import(PACKAGE);
  registerKernels();
  if (!(await tf.setBackend('wasm'))) throw new Error('WebAssembly could not be started');
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return {
    name: 'wasm',
    description: `WebAssembly${simd ? ' with SIMD' : ''} (tfjs-backend-wasm ${shortVersion(version_wasm)})`,
  };
}
