import { argmax, checkImage, crc32, DeviceError, parseModel, sampleIndices } from '@bd-edge/sdk/internal';
import type { BoardClient, Inference } from '../client/board-client.js';
import { modelShape } from '../client/model-shape.js';
import { activePath, type EnginePath } from '../deploy/engine-path.js';
import { BoardError } from '../errors.js';
import { POSIX_BOARD_NAME, SIMULATED_BOARD_NAME } from '../link/board-names.js';
import { wordsToBytes } from '../link/bytes.js';
import { digestHex, digestOf, sameDigest } from '../link/digest.js';
import type { Expectation } from './expectation.js';
import { threadExpectation } from './thread-expectation.js';
import { summarizeTicks, type TickSummary } from './ticks.js';
import { wilsonInterval } from './wilson.js';

export interface CheckOptions {
  /** The correct class index of each image. */
  labels?: ArrayLike<number>;
  /**
   * The size of a random sample of the images, with the classes of `labels` in proportion. Default: all
   * images. Reports count in the sample, and index the images as they were given.
   */
  limit?: number;
  /** The random seed of the sample. The same seed gives the same sample. Default: 1 */
  seed?: number;
  /** The expected results. Default: those of the reference implementation, in its own thread where there are threads */
  expected?: Expectation;
  onProgress?: (progress: CheckProgress) => void;
  /** Called with each image's result, in the order of the replies. */
  onResult?: (result: CheckResult) => void;
  /** Called before the check is rejected because its signal aborted, with the report of the images so far. */
  onAborted?: (report: CheckReport) => void;
  signal?: AbortSignal;
}

/** The result of one image. */
export interface CheckResult {
  /** The index of the image in `images`. */
  index: number;
  /** The class on the board. */
  classIndex: number;
  /** The host's logits. */
  logits: Int32Array;
}

export interface CheckProgress {
  done: number;
  total: number;
  /** Images so far whose class or logits differ from the host's. */
  mismatches: number;
}

export interface CheckReport {
  images: number;
  /** The share of images that the board classified correctly; null without `labels`. */
  accuracy: number | null;
  /** Wilson's 95 % interval of the accuracy; null without `labels`. */
  confidenceInterval: [low: number, high: number] | null;
  /** `confusion[correct][predicted]` counts images; null without `labels`, and with more than 2,000 classes. */
  confusion: number[][] | null;
  /** The number of images whose class on the board differs from the host's. */
  classMismatches: number;
  /** The number of images with a logit that differs from the host's. */
  logitMismatches: number;
  /** The index in `images` of the first image with a difference. */
  firstDivergingImage: number | null;
  /**
   * The first op of that image whose output differs from the host's, counted from 0. Null if nothing differs, if the
   * difference did not occur again in the trace, or if the board rejected the trace.
   */
  firstDivergingOp: number | null;
  /** The board's reason for rejecting the trace; null if it did not. */
  traceRejection: string | null;
  /** How the board runs the engine; null if it is not an engine of this package. */
  path: EnginePath | null;
  /** The memory from which the board reads the weights of the model. */
  weights: 'memory' | 'flash';
  /**
   * The clock of the ticks: `board`, or `host` for a simulated board. The latter tells how long this
   * computer took, and nothing about a board.
   */
  clock: 'board' | 'host';
  /** Null without images. */
  ticks: TickSummary | null;
}

/**
 * Runs images on the board and compares every logit with the host's own calculation.
 *
 * @param model the `.bdm` that is active on the board
 * @param images raw pixels, each image as long as the model's input
 * @throws {ModelError} if the model is not valid
 * @throws {DeviceError} `wrong-model` or `no-active-model` if the board has another model or none
 * @throws {ImageError} if an image has the wrong size
 * @throws {DeviceError} if the board fails or does not respond
 */
export async function check(
  client: BoardClient,
  model: Uint8Array,
  images: ArrayLike<Uint8Array>,
  options: CheckOptions = {},
): Promise<CheckReport> {
  if (options.expected) return checkAgainst(options.expected, client, model, images, options);
  const expected = threadExpectation(model, options.signal);
  return checkAgainst(expected, client, model, images, options).finally(() => expected.close());
}

async function checkAgainst(
  expected: Expectation,
  client: BoardClient,
  model: Uint8Array,
  images: ArrayLike<Uint8Array>,
  options: CheckOptions,
): Promise<CheckReport> {
  const { labels, signal } = options;
  const { input } = parseModel(model);
  const indices = drawn(Math.min(images.length, labels?.length ?? Infinity), options);
  const total = indices.length;
  const info = await client.hello(signal);
  requireActive(client, model);

  const path = await activePath(info);
  const tally = new Tally(total);
  let next = 0;
  const work = async () => {
    while (next < total) {
      const index = indices[next++];
      const image = images[index];
      const bytes = input.height * input.width * input.channels;
      checkImage(image, bytes, input);
      const answer = await client.infer(image, signal);
      const logits = expected.logits(image);
      const here = logits instanceof Promise ? await logits : logits;
      tally.add(index, answer, here, labels?.[index]);
      options.onResult?.({ index, classIndex: answer.classIndex, logits: here });
      options.onProgress?.(tally.progress);
    }
  };
  // One request more than the board accepts keeps its window full while a reply travels.
  const workers = Array.from({ length: info.windowFrames + 1 }, work);
  const reportOf = (difference: Difference): CheckReport => ({
    images: tally.ticks.length,
    ...accuracyOf(tally, labels !== undefined),
    classMismatches: tally.classMismatches,
    logitMismatches: tally.logitMismatches,
    firstDivergingImage: tally.firstDivergingImage,
    ...difference,
    path,
    weights: info.weightsInPlace === 1 ? 'flash' : 'memory',
    clock: HOST_CLOCKS.includes(info.board) ? 'host' : 'board',
    ticks: summarizeTicks(tally.ticks, info.ticksPerSecond),
  });
  try {
    await Promise.all(workers);
    const { firstDivergingImage } = tally;
    if (firstDivergingImage === null) return reportOf(NO_DIFFERENCE);
    return reportOf(await findOp(client, expected, images[firstDivergingImage], signal));
  } catch (error) {
    if (signal?.aborted) options.onAborted?.(reportOf(NO_DIFFERENCE));
    throw error;
  } finally {
    next = total;
  }
}

/** Returns the indices of the images to run, in ascending order. */
function drawn(count: number, { labels, limit = Infinity, seed = 1 }: CheckOptions): number[] {
  const classes = Array.from({ length: count }, (_, i) => labels?.[i] ?? 0);
  return sampleIndices(classes, limit, seed);
}

/** The boards without a clock of their own, by the name that they report. */
export const HOST_CLOCKS: readonly string[] = [SIMULATED_BOARD_NAME, POSIX_BOARD_NAME];

type Difference = Pick<CheckReport, 'firstDivergingOp' | 'traceRejection'>;

const NO_DIFFERENCE: Difference = { firstDivergingOp: null, traceRejection: null };

/** With more classes, there is no confusion matrix. */
const MAX_MATRIX_CLASSES = 2000;

/** The counts so far. */
class Tally {
  classMismatches = 0;
  logitMismatches = 0;
  firstDivergingImage: number | null = null;
  correct = 0;
  readonly ticks: number[] = [];
  readonly confusion: number[][] = [];
  hasMatrix = true;
  private mismatches = 0;

  constructor(private readonly total: number) {}

  get progress(): CheckProgress {
    return { done: this.ticks.length, total: this.total, mismatches: this.mismatches };
  }

  add(index: number, answer: Inference, logits: Int32Array, correct: number | undefined): void {
    this.ticks.push(answer.ticks);
    const sameLabel = answer.classIndex === argmax(logits);
    const sameLogits = agrees(answer, logits);
    if (!sameLabel) this.classMismatches++;
    if (!sameLogits) this.logitMismatches++;
    if (!sameLabel || !sameLogits) {
      this.mismatches++;
      this.firstDivergingImage = Math.min(index, this.firstDivergingImage ?? index);
    }
    if (correct !== undefined) this.count(correct, answer.classIndex, logits.length);
  }

  private count(correct: number, predicted: number, classCount: number): void {
    if (correct === predicted) this.correct++;
    if (Math.max(classCount, correct + 1, predicted + 1) > MAX_MATRIX_CLASSES) {
      // The size of the matrix is the square of the number of classes, which a file determines.
      this.hasMatrix = false;
      return;
    }
    while (this.confusion.length < Math.max(classCount, correct + 1)) this.confusion.push([]);
    for (const row of this.confusion) while (row.length < Math.max(classCount, predicted + 1)) row.push(0);
    this.confusion[correct][predicted]++;
  }
}

/** Compares the checksum of all logits and each received logit: a board may be wrong in either. */
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
    confusion: tally.hasMatrix ? tally.confusion : null,
  };
}

/** Finds the first op that differs. A board may reject the trace, for lack of memory or of engine functions. */
async function findOp(
  client: BoardClient,
  expected: Expectation,
  image: Uint8Array,
  signal?: AbortSignal,
): Promise<Difference> {
  try {
    const there = await client.trace(image, signal);
    const here = await expected.trace(image);
    const op = Array.from(here).findIndex((checksum, i) => checksum !== there[i]);
    return { firstDivergingOp: op < 0 ? null : op, traceRejection: null };
  } catch (error) {
    if (!(error instanceof BoardError)) throw error;
    return { firstDivergingOp: null, traceRejection: error.message };
  }
}

/**
 * Checks that a model is active on the board. Replies with other sizes than those of the model are rejected from then on.
 *
 * @throws {DeviceError} `wrong-model` or `no-active-model`
 */
export function requireActive(client: BoardClient, model: Uint8Array): void {
  const { port } = client;
  const active = client.info.modelDigest;
  const digest = digestOf(model);
  if (sameDigest(active, digest)) {
    client.expectModel(modelShape(model));
    return;
  }
  if (active.every((byte) => byte === 0)) {
    throw new DeviceError('no-active-model', 'The board has no active model; deploy one first.', { port });
  }
  throw new DeviceError(
    'wrong-model',
    `The board runs the model ${digestHex(active).slice(0, 12)}; expected ${digestHex(digest).slice(0, 12)}. ` +
      'Deploy this model first, or check with the file that was deployed.',
    { port },
  );
}
