/**
 * Learning rate schedules, evaluated once a step. With p = epochs done so far (a fraction within an epoch) of E:
 *
 *     cosine   rate * (1 + cos(pi * p / E)) / 2        down to 0, without choices to make
 *     step     rate * factor ^ #{ drops d : p >= d }   the BinaryDuo authors' rule, factor 1/10
 *
 * @example learningRateAt({ kind: 'step', rate: 0.1, drops: [40, 70] }, 41, 100) // 0.01
 */
export type Schedule = CosineSchedule | StepSchedule;

export interface CosineSchedule {
  kind: 'cosine';
  /** The first learning rate. */
  rate: number;
}

export interface StepSchedule {
  kind: 'step';
  /** The first learning rate. */
  rate: number;
  /** Epochs, counted from 0, at which the rate drops. */
  drops: readonly number[];
  /** What it drops by. Default: 0.1. */
  factor?: number;
}

/**
 * @param progress epochs done so far, 0 <= progress <= epochs
 * @param epochs of the whole training
 */
export function learningRateAt(schedule: Schedule, progress: number, epochs: number): number {
  if (schedule.kind === 'cosine') return (schedule.rate * (1 + Math.cos((Math.PI * progress) / epochs))) / 2;
  const drops = schedule.drops.filter((epoch) => progress >= epoch).length;
  return schedule.rate * (schedule.factor ?? 0.1) ** drops;
}
