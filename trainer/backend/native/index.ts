import * as tf from '../../tensorflow/index.js';
import { type Backend, shortVersion } from '../backend.js';
import { PACKAGES } from '../errors.js';
import { restoreLegacyUtil } from './legacy-util.js';
import type { Library } from './library.js';
import { registerKernels } from './register.js';

/**
 * Loads TensorFlow's native library and makes it the backend in use.
 *
 * @throws the error that prevents it from loading; `selectBackend` turns it into a `MissingDependencyError`
 */
export async function loadNative(): Promise<Backend> {
  // The library reads it once, when it loads: 1 hides its greeting and keeps its warnings.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
  restoreLegacyUtil();
  // Not a literal, so that neither the type checker nor a bundler needs the optional package.
  const { version } = await import(PACKAGES.native);
  if (!(tf.engine().registryFactory && 'tensorflow' in tf.engine().registryFactory))
    throw new Error(
      'it has its own copy of @tensorflow/tfjs-core, of another version than the one of this package',
    );
  await tf.setBackend('tensorflow');
  registerKernels();
  const library = (tf.backend() as unknown as Library).binding.TF_Version;
  return {
    name: 'native',
    description: `native TensorFlow ${shortVersion(library)} (tfjs-node ${shortVersion(version['tfjs-node'])})`,
  };
}
