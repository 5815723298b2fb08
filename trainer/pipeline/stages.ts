/** The stages of a training run by name. The run's folder has one folder for each. */
import { join } from 'node:path';

/** The trainings in their order. 'teacher' exists only with distillation. */
export const PHASES = ['teacher', 'coupled', 'finetuned'] as const;

export type Phase = (typeof PHASES)[number];

/** The networks that a run saves, in their order. */
export const STAGES = ['coupled', 'decoupled', 'finetuned'] as const;

export type StageName = (typeof STAGES)[number];

/** Returns the folder of a training's checkpoint and log. */
export const trainingDirectory = (run: string, phase: Phase) => join(run, `${phase}-training`);

/** The file in a training's folder from which `resume` continues. */
export const CHECKPOINT_FILE = 'checkpoint.safetensors';
