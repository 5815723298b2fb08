/** What a run is made of, by name: its folder holds a folder for each. */
import { join } from 'node:path';

/** The trainings, in their order; the first only where there is something to distil. */
export const PHASES = ['teacher', 'coupled', 'finetune'] as const;

export type Phase = (typeof PHASES)[number];

/** The networks that they leave, in their order. */
export const STAGES = ['coupled', 'decoupled', 'finetuned'] as const;

export type StageName = (typeof STAGES)[number];

/** Where a training of a run keeps its checkpoint and log. */
export const trainingDirectory = (run: string, phase: Phase) => join(run, `${phase}-training`);

/** The file in a training's directory that `resume` goes on from. */
export const CHECKPOINT_FILE = 'checkpoint.bin';
