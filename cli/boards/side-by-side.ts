import { diagnose } from '../terminal/diagnostics.js';
import { exitCodeOf } from '../terminal/exit-codes.js';
import type { Progress } from '../terminal/progress.js';

/** How the work on one board ended. */
export type Outcome<Result> = { port: string; milliseconds: number } & (
  | { result: Result }
  | { error: unknown }
);

/** The work on one board. */
export type BoardWork<Result> = (port: string, progress: Progress['update']) => Promise<Result>;

/**
 * Works on several boards at once. The failure of one does not end the others.
 *
 * @returns the outcomes in the order of the ports; never rejected
 */
export function sideBySide<Result>(
  ports: readonly string[],
  progress: Progress,
  work: BoardWork<Result>,
): Promise<Outcome<Result>[]> {
  const updates = splitProgress(progress, ports.length);
  return Promise.all(
    ports.map(async (port, i) => {
      const start = performance.now();
      try {
        const result = await work(port, updates[i]);
        return { port, milliseconds: performance.now() - start, result };
      } catch (error) {
        return { port, milliseconds: performance.now() - start, error };
      }
    }),
  );
}

/** Returns what `--json` prints of several boards: the facts or the error of each. */
export function jsonOf<Result>(
  outcomes: readonly Outcome<Result>[],
  factsOf: (result: Result) => object,
): object[] {
  return outcomes.map((outcome) => ({
    port: outcome.port,
    ...('error' in outcome ? { error: diagnose(outcome.error) } : factsOf(outcome.result)),
  }));
}

/** Returns the exit code of several boards: the highest one. */
export function worstExitCode<Result>(
  outcomes: readonly Outcome<Result>[],
  codeOf: (result: Result) => number,
): number {
  const codes = outcomes.map((outcome) =>
    'error' in outcome ? exitCodeOf(outcome.error) : codeOf(outcome.result),
  );
  return Math.max(...codes);
}

/** Returns a function for each part of the work; the bar shows their sum. The note is shown for a single part only. */
function splitProgress(progress: Progress, count: number): Progress['update'][] {
  const parts = Array.from({ length: count }, () => ({ done: 0, total: 0 }));
  return parts.map((part) => (done, total, note) => {
    Object.assign(part, { done, total });
    const sum = (key: 'done' | 'total') => parts.reduce((all, other) => all + other[key], 0);
    progress.update(sum('done'), sum('total'), count === 1 ? note : '');
  });
}
