import { argmax, crc32, DeviceError, ImageError, parseModel } from '@bd-edge/sdk';
import type { BoardClient, Inference } from '../client/board-client.js';
import { BoardError } from '../client/errors.js';
import { activePath, type EnginePath } from '../deploy/engine-path.js';
import { wordsToBytes } from '../link/bytes.js';
import { digestHex, digestOf, sameDigest } from '../link/digest.js';
import { type Expectation, referenceExpectation } from './expectation.js';
import { summarizeTicks, type TickSummary } from './ticks.js';
import { wilsonInterval } from './wilson.js';

export interface CheckOptions {
  client: BoardClient;
  /** The `.bdm` that is active on the board. */
  model: Uint8Array;
  /** Raw pixels, each as many bytes as the model's input. */
  images: ArrayLike<Uint8Array>;
  /** The right class of each image. */
  labels?: ArrayLike<number>;
  /** Only the first so many images. Default: all */
  limit?: number;
  /** What the board should say. Default: {@link referenceExpectation} of the model */
  expected?: Expectation;
  onProgress?: (progress: CheckProgress) => void;
  signal?: AbortSignal;
}

export interface CheckProgress {
  done: number;
  total: number;
  /** Images so far whose label or logits differ from the host's. */
  mismatches: number;
}

export interface CheckReport {
  images: number;
  /** Share of the board's labels that are right; null without `labels`. */
  accuracy: number | null;
  /** Wilson's 95 % interval of the accuracy. */
  confidenceInterval: [low: number, high: number] | null;
  /** `confusion[right][said]` counts images; null without `labels`. */
  confusion: number[][] | null;
  /** Images whose label on the board differs from the host's. */
  labelMismatches: number;
  /** Images of which any logit differs from the host's. */
  logitMismatches: number;
  /** The first image of which anything differs. */
  firstDivergingImage: number | null;
  /**
   * The layer at which that image's calculation parts from the host's, counted from 0. Null if nothing differs, if
   * nothing differed any more when the board was asked again, layer by layer, or if it would not be asked.
   */
  firstDivergingLayer: number | null;
  /** Why the board would not be asked layer by layer, in its own words; null if it was, or did not have to be. */
  layersRefused: string | null;
  /** How the board runs layers; null if its engine is none that ships with this package. */
  path: EnginePath | null;
  /** Where the board reads the model's weights: in memory with all the rest, or left where it keeps the model, in flash. */
  weights: 'memory' | 'flash';
  /** Null without images. */
  ticks: TickSummary | null;
}

/** The board has another model, or none. */
export class WrongModelError extends DeviceError {
  override readonly name = 'WrongModelError';
}

/**
 * Runs images on the board and holds each answer against the host's own calculation, logit by logit.
 *
 * @throws {ModelError} if the model is not valid
 * @throws {WrongModelError} if another one is active on the board
 * @throws {ImageError} if an image does not have the size of the model's input
 * @throws {BoardError | NoAnswerError | NonsenseError | LineLostError} if the board or the line fails
 */
export async function check(options: CheckOptions): Promise<CheckReport> {
  const { client, model, images, labels, signal } = options;
  const { input } = parseModel(model);
  const expected = options.expected ?? referenceExpectation(model);
  const total = Math.min(images.length, labels?.length ?? Infinity, options.limit ?? Infinity);
  const welcome = await client.hello(signal);
  requireActive(welcome.modelDigest, model);

  const tally = new Tally(total);
  let next = 0;
  const work = async () => {
    while (next < total) {
      const index = next++;
      const image = images[index];
      const bytes = input.height * input.width * input.channels;
      if (image.length !== bytes) throw new ImageError(image.length, bytes, input);
      const answer = await client.infer(image, signal);
      tally.add(index, answer, expected.logits(image), labels?.[index]);
      options.onProgress?.(tally.progress);
    }
  };
  // One more than the board takes at a time keeps its queue full while an answer travels.
  const workers = Array.from({ length: welcome.windowFrames + 1 }, work);
  await Promise.all(workers).finally(() => {
    next = total;
  });

  const { firstDivergingImage } = tally;
  return {
    images: total,
    ...accuracyOf(tally, labels !== undefined),
    labelMismatches: tally.labelMismatches,
    logitMismatches: tally.logitMismatches,
    firstDivergingImage,
    ...(firstDivergingImage === null
      ? { firstDivergingLayer: null, layersRefused: null }
      : await findLayer(client, expected, images[firstDivergingImage], signal)),
    path: await activePath(welcome),
    weights: welcome.weightsInPlace === 1 ? 'flash' : 'memory',
    ticks: summarizeTicks(tally.ticks, welcome.ticksPerSecond),
  };
}

/** What has been counted so far. */
class Tally {
  labelMismatches = 0;
  logitMismatches = 0;
  firstDivergingImage: number | null = null;
  correct = 0;
  readonly ticks: number[] = [];
  readonly confusion: number[][] = [];
  private mismatches = 0;

  constructor(private readonly total: number) {}

  get progress(): CheckProgress {
    return { done: this.ticks.length, total: this.total, mismatches: this.mismatches };
  }

  add(index: number, answer: Inference, logits: Int32Array, right: number | undefined): void {
    this.ticks.push(answer.ticks);
    const sameLabel = answer.label === argmax(logits);
    const sameLogits = agrees(answer, logits);
    if (!sameLabel) this.labelMismatches++;
    if (!sameLogits) this.logitMismatches++;
    if (!sameLabel || !sameLogits) {
      this.mismatches++;
      this.firstDivergingImage = Math.min(index, this.firstDivergingImage ?? index);
    }
    if (right !== undefined) this.count(right, answer.label, logits.length);
  }

  private count(right: number, said: number, classes: number): void {
    while (this.confusion.length < Math.max(classes, right + 1)) this.confusion.push([]);
    for (const row of this.confusion) while (row.length < Math.max(classes, said + 1)) row.push(0);
    this.confusion[right][said]++;
    if (right === said) this.correct++;
  }
}

/** All logits by their checksum, and those that came one by one: a board may be wrong in either. */
function agrees(answer: Inference, logits: Int32Array): boolean {
  return (
    answer.outputs === logits.length &&
    answer.checksum === crc32(wordsToBytes(logits)) &&
    answer.logits.every((logit, i) => logit === logits[i])
  );
}

function accuracyOf(tally: Tally, labeled: boolean) {
  if (!labeled) return { accuracy: null, confidenceInterval: null, confusion: null };
  const n = tally.ticks.length;
  return {
    accuracy: n === 0 ? null : tally.correct / n,
    confidenceInterval: wilsonInterval(tally.correct, n),
    confusion: tally.confusion,
  };
}

/** A board may have too little memory for it, or an engine without single layers: what was counted stays. */
async function findLayer(
  client: BoardClient,
  expected: Expectation,
  image: Uint8Array,
  signal?: AbortSignal,
): Promise<Pick<CheckReport, 'firstDivergingLayer' | 'layersRefused'>> {
  try {
    const there = await client.trace(image, signal);
    const here = expected.layers(image);
    const layer = Array.from(here).findIndex((checksum, i) => checksum !== there[i]);
    return { firstDivergingLayer: layer < 0 ? null : layer, layersRefused: null };
  } catch (error) {
    if (!(error instanceof BoardError)) throw error;
    return { firstDivergingLayer: null, layersRefused: error.message };
  }
}

function requireActive(active: Uint8Array, model: Uint8Array): void {
  const digest = digestOf(model);
  if (sameDigest(active, digest)) return;
  throw new WrongModelError(
    active.every((byte) => byte === 0)
      ? 'The board has no model; deploy one first.'
      : `The board runs the model ${digestHex(active).slice(0, 12)} and not ${digestHex(digest).slice(0, 12)}; ` +
          'deploy this one first, or check with the file that was deployed.',
  );
}
