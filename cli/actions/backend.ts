import type { Backend } from '@bd-edge/trainer';
import { printMessage } from '../terminal/output.js';
import type { Trainer } from '../trainer.js';

/** Selects a TensorFlow.js backend, and prints which one and why. */
export async function selectBackend(
  trainer: Trainer,
  { backend }: { backend?: 'native' | 'wasm' },
): Promise<Backend> {
  const selected = await trainer.selectBackend({ backend });
  printMessage(`backend: ${selected.description}${selected.hint ? `; ${selected.hint}` : ''}`);
  return selected;
}
