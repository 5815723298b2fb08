import { UsageError } from '@bd-edge/sdk/internal';

/** Training and export stand on packages that a user who only runs networks does not install. */
class TrainerMissingError extends UsageError {}

/**
 * Loads the trainer, and TensorFlow.js with it, only once a verb needs them.
 *
 * @throws {UsageError} naming what to install
 */
export async function loadTrainer(): Promise<typeof import('@bd-edge/trainer')> {
  try {
    return await import('@bd-edge/trainer');
  } catch (cause) {
    const missing = /Cannot find package '(@tensorflow\/[^']+)'/.exec(
      cause instanceof Error ? cause.message : '',
    )?.[1];
    if (missing === undefined) throw cause;
    throw new TrainerMissingError(
      `Training and export need ${missing}, which is not installed; run ` +
        '`npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm` (add @tensorflow/tfjs-node for speed).',
      { cause },
    );
  }
}
