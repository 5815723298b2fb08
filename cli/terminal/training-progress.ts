/** Shows the progress of a training: a bar on a terminal, otherwise one line for each epoch. */
import type { EvaluationProgress, TrainProgress } from '@bd-edge/trainer';
import { duration } from './duration.js';
import { percent } from './output.js';
import { type Progress, progressBar } from './progress.js';

export interface TrainingProgress {
  readonly onProgress: (state: TrainProgress) => void;
  readonly onEvaluation: (state: EvaluationProgress) => void;
  readonly stop: () => void;
}

/** @param log whether to print lines if standard error is not a terminal */
export function trainingProgress(
  log: boolean,
  now: () => number = () => performance.now(),
): TrainingProgress {
  const lines = log && !process.stderr.isTTY;
  let label = '';
  let bar: Progress | undefined;
  const show = (next: string, done: number, total: number, note?: string) => {
    if (next !== label) bar?.stop();
    if (next !== label || !bar) bar = progressBar(next);
    label = next;
    bar.update(done, total, note);
  };
  let began: { phase: string; at: number; done: number } | undefined;
  return {
    onProgress(state) {
      const { phase, epoch, epochs, step, steps, loss, accuracy, validationAccuracy } = state;
      const done = (epoch - 1) * steps + step;
      const total = epochs * steps;
      const note = `epoch ${epoch}/${epochs}, loss ${loss.toFixed(3)}, accuracy ${percent(accuracy)}`;
      show(phase, done, total, note);
      if (began?.phase !== phase) began = { phase, at: now(), done };
      if (!lines || validationAccuracy === undefined) return;
      const left = ((now() - began.at) / 1000 / (done - began.done)) * (total - done);
      const rest = done < total && Number.isFinite(left) ? `, about ${duration(left)} left` : '';
      process.stderr.write(`${phase} ${note}, validation ${percent(validationAccuracy)}${rest}\n`);
    },
    onEvaluation: ({ stage, done, total }) => show(`test ${stage}`, done, total),
    stop: () => bar?.stop(),
  };
}
