/** The measurement of a trained network by `bd-edge mismatch --model`. */
import { UsageError } from '@bd-edge/sdk/internal';
import type { ModelMismatch } from '@bd-edge/trainer';
import { loadForTrained } from '../options/training-data.js';
import { dataOfTrained, findTrainedModel } from '../run-record.js';
import { interruptSignal } from '../terminal/interrupt.js';
import { cosineText, counted, formatNumber, print, printJson, table } from '../terminal/output.js';
import { printableLine } from '../terminal/printable.js';
import { progressBar } from '../terminal/progress.js';
import { loadTrainer } from '../trainer.js';
import { writeOutput } from '../write-output.js';
import type { MismatchOptions } from './mismatch-options.js';

/** @throws {UsageError} code `missing-data` if neither the model nor the options name a dataset */
export async function measureModel(folder: string, options: MismatchOptions): Promise<void> {
  const signal = interruptSignal();
  const trainer = await loadTrainer();
  await trainer.selectBackend();
  const { record, ...trained } = await findTrainedModel(folder, options.stage ?? 'coupled');
  const model = await trainer.loadModel(trained.folder);
  const data = options.data ?? (await dataOfTrained(folder, record));
  const dataset = await loadForTrained(model, record, data);
  if (dataset === undefined) {
    const expected = 'a dataset with --data';
    throw new UsageError('missing-data', `The training data of ${folder} is unknown; choose ${expected}.`, {
      received: folder,
      expected,
    });
  }
  const drawn = trainer.sampleImages(dataset.train, options.limit ?? 500, options.seed);
  const images = 'batches' in drawn ? await trainer.readStream(drawn) : drawn;

  const progress = progressBar('mismatch');
  const rows = await trainer
    .estimateMismatch(model, {
      ...{
        data: images,
        eps: options.eps,
        coordinates: options.coordinates ?? 100,
        seed: options.seed,
        signal,
      },
      onProgress: (done, total, layer) => progress.update(done, total, layer),
    })
    .finally(() => progress.stop());
  if (options.plot) await writeOutput(options.plot, await trainer.plotModelMismatch(rows));
  if (options.json) {
    printJson({ rows, model: model.name, data: dataset.name, images: images.count, seed: options.seed });
    return;
  }
  print(
    `${model.name}: cosine of the straight-through gradient and the coordinate discrete gradient, ` +
      `${counted(images.count, 'training image')} of ${printableLine(dataset.name)}\n`,
  );
  print(modelTable(rows));
  print(
    '\neps is relative to the weights of a layer; intervals are for the choice of weights (docs/mismatch.md)',
  );
  if (options.plot) print(`plot: ${options.plot}`);
}

function modelTable(results: readonly ModelMismatch[]): string {
  const interval = ([low, high]: readonly [number, number]) => `${cosineText(low)} .. ${cosineText(high)}`;
  const rows = results.flatMap(({ eps, layers, total }) => [
    ...layers.map((layer) => [
      String(eps),
      layer.name,
      `${formatNumber(layer.coordinates)} of ${formatNumber(layer.weights)}`,
      cosineText(layer.cosine),
      interval(layer.interval),
    ]),
    [String(eps), 'total', '', cosineText(total.cosine), interval(total.interval)],
  ]);
  return table(['eps', 'layer', 'weights', 'cosine', '95 % interval'], rows);
}
