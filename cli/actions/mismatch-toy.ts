/** The toy experiment of `bd-edge mismatch`: random networks, beside the values of an independent reproduction. */
import type { ReferenceRow, ToyMismatchRow } from '@bd-edge/trainer/internal';
import { interruptSignal } from '../terminal/interrupt.js';
import { cosineText, formatNumber, print, printJson, table } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';
import { loadTrainer } from '../trainer.js';
import { writeOutput } from '../write-output.js';
import type { MismatchOptions } from './mismatch-options.js';

export async function measureToy(options: MismatchOptions): Promise<void> {
  const signal = interruptSignal();
  const trainer = await loadTrainer();
  await trainer.selectBackend();
  const { eps = [0.1, 0.01], activations, samples } = options;
  const surrogates = options.surrogate.includes('all') ? trainer.SURROGATE_NAMES : options.surrogate;
  const seeds = Array.from({ length: options.seeds }, (_, i) => options.seed + i);
  const progress = progressBar('mismatch');
  const rows = await trainer
    .measureToyMismatch({
      ...{ activations, surrogates, eps, samples, seeds, signal },
      onProgress: (done, total, activation) => progress.update(done, total, activation),
    })
    .finally(() => progress.stop());
  if (options.plot) await writeOutput(options.plot, await trainer.plotToyMismatch(rows));
  if (options.json) {
    printJson({ rows, samples, seeds });
    return;
  }
  print(
    `cosine of the straight-through gradient and the coordinate discrete gradient, ${formatNumber(samples)} samples\n`,
  );
  print(toyTable(rows, trainer.MISMATCH_REFERENCE));
  print(
    '\nreference: an independent reproduction, 1,000,000 samples, other random networks (docs/mismatch.md)',
  );
  if (options.plot) print(`plot: ${options.plot}`);
}

function toyTable(rows: readonly ToyMismatchRow[], reference: readonly ReferenceRow[]): string {
  const columns = rows[0].layers.map((_, layer) => `layer ${layer + 1}`);
  const head = ['activation', 'surrogate', 'eps', ...columns, 'total', 'reference: layers 1 2 3, total'];
  return table(
    head,
    rows.map((row) => {
      const { activation, surrogate, eps, deviations } = row;
      const spread = [...deviations.layers, deviations.total];
      const cosines = [...row.layers, row.total].map((cosine, i) =>
        spread[i] > 0 ? `${cosineText(cosine)} +-${cosineText(spread[i])}` : cosineText(cosine),
      );
      const known =
        surrogate === 'relu1' &&
        reference.find((other) => other.activation === activation && other.eps === eps);
      const beside = known ? [...known.layers, known.total].map(cosineText).join(' ') : '';
      return [activation, activation === 'full' ? '' : surrogate, String(eps), ...cosines, beside];
    }),
  );
}
