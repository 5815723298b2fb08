/**
 * A training's log as an event file for TensorBoard: `tensorboard --logdir runs`.
 *
 * Each process starts a new file and then appends to it, since TensorBoard keeps it open. A resumed training writes its
 * earlier epochs again, so that each epoch is in the file once.
 */
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { printableLine } from '@bd-edge/sdk/internal';
import type { EpochLog } from '../training/training-log.js';
import { fileVersionEvent, scalarsEvent } from './event.js';
import { tfRecord } from './record.js';

/** TensorBoard recognizes `tfevents` in names. */
export const EVENT_FILE = 'events.out.tfevents.bd-edge';

export class EventFile {
  #written: number | undefined;

  /** @param path the file; its folder is created, and the folder's name is that of the run in TensorBoard */
  constructor(readonly path: string) {}

  /** Appends the new epochs. */
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

/** Returns the values by tag. TensorBoard groups tags by the part before the slash. */
function scalarsOf({ loss, accuracy, validationAccuracy, learningRate, flipRatio }: EpochLog) {
  const flips = Object.entries(flipRatio).map(([layer, ratio]) => [
    `flip_ratio/${printableLine(layer)}`,
    ratio,
  ]);
  return {
    'loss/training': loss,
    'accuracy/training': accuracy,
    'accuracy/validation': validationAccuracy,
    learning_rate: learningRate,
    ...Object.fromEntries(flips),
  };
}
