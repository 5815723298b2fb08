import { Presets, SingleBar } from 'cli-progress';
import { printableLine } from './printable.js';

export interface Progress {
  /** @param note a short text after the bar */
  readonly update: (done: number, total: number, note?: string) => void;
  readonly stop: () => void;
}

/** Shows a progress bar on standard error if that is a terminal. */
export function progressBar(label: string): Progress {
  if (!process.stderr.isTTY) return { update() {}, stop() {} };
  const format = `${printableLine(label).padEnd(16)} {bar} {percentage}% | {eta_formatted} left | {note}`;
  const bar = new SingleBar(
    { format, stream: process.stderr, hideCursor: true, clearOnComplete: true },
    Presets.shades_classic,
  );
  let started = false;
  return {
    update(done, total, note = '') {
      if (!started) bar.start(total, done, { note: printableLine(note) });
      started = true;
      bar.setTotal(total);
      bar.update(done, { note: printableLine(note) });
    },
    stop() {
      if (started) bar.stop();
      started = false;
    },
  };
}
