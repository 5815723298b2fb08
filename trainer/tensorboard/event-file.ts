/**
 * A training's log as a file of events for TensorBoard: `tensorboard --logdir runs`.
 *
 * The file begins anew with every process and is appended to from then on, since TensorBoard keeps it open: a training
 * that was resumed writes its former epochs again, and none is there twice or missing.
 */
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { EpochLog } from '../training/training-log.js';
import { fileVersionEvent, scalarsEvent } from './event.js';
import { tfRecord } from './record.js';

/** TensorBoard looks for `tfevents` in names. */
export const EVENT_FILE = 'events.out.tfevents.bd-edge';

export class EventFile {
  #written: number | undefined;

  /** @param path its folder is made where it does not exist, and its name in TensorBoard is the folder's */
  constructor(readonly path: string) {}

  /** Writes the epochs that are new. */
  async write(log: readonly EpochLog[], now = Date.now() / 1000): Promise<void> {
    if (this.#written === undefined) {
      await mkdir(dirname(this.path), { recursive: true });
      await writeFile(this.path, tfRecord(fileVersionEvent(now)));
      this.#written = 0;
    }
    const end = log.at(-1)?.seconds ?? 0;
    const records = log.slice(this.#written).map((line) => {
      return tfRecord(scalarsEvent(now - (end - line.seconds), line.epoch, scalarsOf(line)));
    });
    this.#written = log.length;
    await appendFile(this.path, Buffer.concat(records));
  }
}

/** By TensorBoard's tags, which group by what stands before the slash. */
function scalarsOf({ loss, accuracy, validationAccuracy, learningRate, flipRatio }: EpochLog) {
  const flips = Object.entries(flipRatio).map(([layer, ratio]) => [`flip_ratio/${layer}`, ratio]);
  return {
    'loss/training': loss,
    'accuracy/training': accuracy,
    'accuracy/validation': validationAccuracy,
    learning_rate: learningRate,
    ...Object.fromEntries(flips),
  };
}
