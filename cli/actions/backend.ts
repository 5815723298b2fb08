import type { Backend } from '@bd-edge/trainer';
import { ownInstallCommand } from '../installation.js';
import { printMessage } from '../terminal/output.js';
import type { Trainer } from '../trainer.js';

const NATIVE = '@tensorflow/tfjs-node';

/** Selects a TensorFlow.js backend, and prints which one and why. */
export async function selectBackend(
  trainer: Trainer,
  { backend }: { backend?: 'native' | 'wasm' },
): Promise<Backend> {
  const selected = await trainer.selectBackend({ backend });
  const { description, hint, missingDependency } = selected;
  const command = missingDependency === NATIVE ? `: \`${ownInstallCommand(NATIVE)}\`` : '';
  printMessage(`backend: ${description}${hint ? `; ${hint}${command}` : ''}`);
  return selected;
}
