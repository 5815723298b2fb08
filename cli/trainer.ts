import { MissingDependencyError } from '@bd-edge/sdk/internal';
import { ownInstallCommand } from './installation.js';

/** The optional package @bd-edge/trainer, with its internal entry. */
export type Trainer = typeof import('@bd-edge/trainer') & typeof import('@bd-edge/trainer/internal');

/**
 * Loads the trainer, and TensorFlow.js with it. Only the commands that need it call this.
 *
 * @throws {MissingDependencyError} with the command that installs it
 */
export async function loadTrainer(): Promise<Trainer> {
  try {
    const [api, internal] = await Promise.all([
      import('@bd-edge/trainer'),
      import('@bd-edge/trainer/internal'),
    ]);
    return { ...api, ...internal };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : '';
    if (!/Cannot find package '@bd-edge\/trainer'/.test(message)) throw cause;
    throw new MissingDependencyError(
      '@bd-edge/trainer',
      `This command needs @bd-edge/trainer, which is not installed; run \`${ownInstallCommand('@bd-edge/trainer')}\`.`,
      { cause },
    );
  }
}
