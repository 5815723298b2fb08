import * as tf from '../../tensorflow/index.js';
import { type Backend, shortVersion } from '../backend.js';
import type { Library } from './library.js';
import { registerKernels } from './register.js';

// In a variable, so that neither the type checker nor a bundler needs the optional package.
const PACKAGE = '@tensorflow/tfjs-node';

/**
 * Loads TensorFlow's native library and makes it the backend in use.
 * @throws whatever keeps it from loading; `selectBackend` turns that into a `BdEdgeError`
 */
export async function loadNative(): Promise<Backend> {
  // Read once, when the library loads: keeps its greeting off the terminal, warnings stay.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
  const { version } = await import(PACKAGE);
  if (!(tf.engine().registryFactory && 'tensorflow' in tf.engine().registryFactory))
    throw new Error('it brings a second copy of @tensorflow/tfjs: make their versions the same');
  await tf.setBackend('tensorflow');
  registerKernels();
  const library = (tf.backend() as unknown as Library).binding.TF_Version;
  return {
    name: 'native',
    description: `native TensorFlow ${shortVersion(library)} (tfjs-node ${shortVersion(version['tfjs-node'])})`,
  };
}
