/** Applies the options of a training to a recipe. */
import { UsageError } from '@bd-edge/sdk/internal';
import type { LossOptions, OptimizerOptions, StageRecipe, TrainingRecipe } from '@bd-edge/trainer';
import type { Trainer } from '../trainer.js';
import { parseAugmentation } from './augmentation-option.js';
import type { Settings } from './train-settings.js';

/** The optimizers of `--optimizer`. */
const OPTIMIZERS = {
  adam: { kind: 'adam' },
  adamw: { kind: 'adamw' },
  momentum: { kind: 'momentum', nesterov: false },
  nesterov: { kind: 'momentum', nesterov: true },
} as const satisfies Record<string, OptimizerOptions>;

export const OPTIMIZER_NAMES = Object.keys(OPTIMIZERS) as (keyof typeof OPTIMIZERS)[];

/** Returns a recipe with the settings applied. The drops of the learning rate scale with the number of epochs. */
export function withSettings(
  { rescaleStage }: Pick<Trainer, 'rescaleStage'>,
  recipe: TrainingRecipe,
  settings: Settings,
): TrainingRecipe {
  const { epochs, finetunedEpochs, batch, learningRate, finetunedLearningRate } = settings;
  const loss = lossOf(settings);
  const changed = (
    recipe: StageRecipe,
    epochs = recipe.epochs,
    learningRate = recipe.schedule.learningRate,
  ): StageRecipe => {
    const stage = rescaleStage(recipe, epochs, learningRate);
    return {
      ...stage,
      batchSize: batch ?? stage.batchSize,
      optimizer: {
        ...(settings.optimizer ? OPTIMIZERS[settings.optimizer] : stage.optimizer),
        ...(settings.weightDecay !== undefined && { weightDecay: settings.weightDecay }),
      },
      ...(settings.schedule && { schedule: { kind: settings.schedule, learningRate } }),
      ...(loss && { loss }),
      ...(settings.precision && { precision: settings.precision }),
      ...(settings.augment !== undefined && { augmentation: parseAugmentation(settings.augment) }),
    };
  };
  const { teacherEpochs, teacherLearningRate = learningRate } = settings;
  return {
    ...recipe,
    ...((teacherEpochs ?? settings.teacherLearningRate) !== undefined && {
      teacher: withoutLoss(changed(recipe.coupled, teacherEpochs, teacherLearningRate)),
    }),
    coupled: changed(recipe.coupled, epochs, learningRate),
    finetuned: changed(recipe.finetuned, finetunedEpochs, finetunedLearningRate),
  };
}

function withoutLoss({ loss: _, ...stage }: StageRecipe): StageRecipe {
  return stage;
}

const DEFAULT_TEMPERATURE = 4;

/** @throws {UsageError} code `requires-distill` for an option of distillation without `--distill` */
function lossOf({ labelSmoothing, distill, ...settings }: Settings): LossOptions | undefined {
  const { temperature, teacherEpochs, teacherLearningRate } = settings;
  if (distill === undefined) {
    const unused = Object.entries({
      '--temperature': temperature,
      '--teacher-epochs': teacherEpochs,
      '--teacher-learning-rate': teacherLearningRate,
    }).find(([, value]) => value !== undefined);
    if (unused) {
      throw new UsageError('requires-distill', `${unused[0]} requires --distill, such as --distill 0.5.`, {
        received: unused[0],
        expected: '--distill',
      });
    }
  }
  if (labelSmoothing === undefined && distill === undefined) return undefined;
  return {
    ...(labelSmoothing !== undefined && { labelSmoothing }),
    ...(distill !== undefined && {
      distillation: { weight: distill, temperature: temperature ?? DEFAULT_TEMPERATURE },
    }),
  };
}
