/**
 * Learning rate schedules, evaluated once a step. With p of E epochs done, fractions included, and the initial rate r:
 *
 *     cosine   r * (1 + cos(pi * p / E)) / 2        down to 0, without parameters
 *     step     r * factor ^ #{ drops d : p >= d }   as the BinaryDuo authors use it, factor 1/10
 *
 * @example learningRateAt({ kind: 'step', learningRate: 0.1, drops: [40, 70] }, 41, 100) // 0.01
 */
export type Schedule = CosineSchedule | StepSchedule;

export interface CosineSchedule {
  kind: 'cosine';
  /** The initial learning rate. */
  learningRate: number;
}

export interface StepSchedule {
  kind: 'step';
  /** The initial learning rate. */
  learningRate: number;
  /** Epochs, counted from 0, before which the learning rate drops. */
  drops: readonly number[];
  /** The learning rate is multiplied by this at each drop. Default: 0.1. */
  factor?: number;
}

/**
 * Returns the learning rate at a point of the training.
 *
 * @param progress epochs done, 0 <= progress <= epochs
 * @param epochs number of epochs of the training
 */
export function learningRateAt(schedule: Schedule, progress: number, epochs: number): number {
  if (schedule.kind === 'cosine')
    return (schedule.learningRate * (1 + Math.cos((Math.PI * progress) / epochs))) / 2;
  const drops = schedule.drops.filter((epoch) => progress >= epoch).length;
  return schedule.learningRate * (schedule.factor ?? 0.1) ** drops;
}
