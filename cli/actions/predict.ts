/** The work of `bd-edge predict`. */
import { type Model, parseModel } from '@bd-edge/sdk';
import { argmax, classNamesOf, DeviceError, FileError, rankClasses, UsageError } from '@bd-edge/sdk/internal';
import type { Place } from '@bd-edge/trainer/internal';
import { withBoard } from '../board.js';
import { startThread } from '../commands/eval-thread.js';
import { csvCell } from '../evaluation/wrong-images.js';
import { loadHost } from '../host.js';
import { type ModelArgument, readModel } from '../models.js';
import { EXIT, isAbortError } from '../terminal/exit-codes.js';
import { interruptSignal } from '../terminal/interrupt.js';
import { counted, formatNumber, percent, print, printJson, printMessage, table } from '../terminal/output.js';
import { printableLine } from '../terminal/printable.js';
import { progressBar } from '../terminal/progress.js';
import { loadTrainer } from '../trainer.js';

export interface PredictOptions {
  top: number;
  corrupt: 'skip' | 'reject';
  port?: string;
  baud: number;
  deploy?: boolean;
  csv?: boolean;
  json?: boolean;
}

/** The argument that stands for a list on standard input. */
const STANDARD_INPUT = '-';

/** The size limit of that list: 64 MiB. */
const MAX_LIST_BYTES = 2 ** 26;

interface Ranked {
  classIndex: number;
  className: string;
  score: number;
}

interface Prediction extends Ranked {
  file: string;
  /** The best classes, the first one included. */
  top: Ranked[];
  /** The duration of the network; null if a simulated board has no clock of its own. */
  milliseconds: number | null;
}

/** The outcome of one picture: its class, and the logits of all classes if they are known. */
interface Outcome {
  logits: Int32Array;
  milliseconds: number | null;
}

type Runner = (input: Uint8Array) => Promise<Outcome>;

export async function predictPictures(
  argument: string,
  files: readonly string[],
  options: PredictOptions,
): Promise<void> {
  const signal = interruptSignal();
  const argued = await readModel(argument);
  const model = parseModel(argued.bytes);
  const { describeIgnored, listPictures } = await loadTrainer();
  const { pictures, ignored } = await listPictures(await withList(files));
  if (pictures.length === 0) {
    throw new UsageError('no-pictures', `No pictures (jpg, png, webp) in ${files.join(', ')}.`, {
      received: files,
    });
  }
  if (Object.keys(ignored).length > 0 && !options.json)
    printMessage(printableLine(`ignored, no image files: ${describeIgnored(ignored)}`));
  const predictions: Prediction[] = [];
  const skipped: string[] = [];
  const use = (run: Runner) => predictEach(model, pictures, run, options, { predictions, skipped, signal });
  const aborted = await (options.port === undefined
    ? onThisComputer(argued, signal, use)
    : onBoard(argued, { ...options, port: options.port }, signal, use)
  ).then(
    () => false,
    (error) => {
      if (!isAbortError(error) || predictions.length === 0) throw error;
      return true;
    },
  );
  const { height, width, channels } = model.tensors[model.tensors.length - 1];
  const top = Math.min(options.top, height * width * channels);
  printPredictions(predictions, { skipped, ignored }, { ...options, top }, aborted);
  if (!aborted) return;
  process.exitCode = EXIT.aborted;
  printMessage(`Aborted after ${predictions.length} of ${counted(pictures.length, 'picture')}.`);
}

/** Replaces `-` by the paths that standard input lists, one a line or separated by zero bytes. */
async function withList(files: readonly string[]): Promise<(string | Buffer)[]> {
  const at = files.indexOf(STANDARD_INPUT);
  if (at === -1) return [...files];
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_LIST_BYTES) {
      const message = `The list on standard input has more than ${formatNumber(MAX_LIST_BYTES)} bytes; expected one path a line.`;
      throw new FileError('file-too-large', message);
    }
  }
  // Each byte is one character, so that names in any encoding keep their bytes.
  const text = Buffer.concat(chunks).toString('latin1');
  const paths = text
    .split(text.includes('\0') ? '\0' : /\r?\n/)
    .filter((path) => path !== '')
    .map((path) => Buffer.from(path, 'latin1'));
  return [...files.slice(0, at), ...paths, ...files.slice(at + 1).filter((file) => file !== STANDARD_INPUT)];
}

async function predictEach(
  model: Model,
  pictures: readonly Place[],
  run: Runner,
  { corrupt, top }: PredictOptions,
  { predictions, skipped, signal }: { predictions: Prediction[]; skipped: string[]; signal: AbortSignal },
): Promise<void> {
  const { pictureReader } = await loadTrainer();
  const read = await pictureReader(model.input, model.metadata?.preparation);
  const names = classNamesOf(model);
  const progress = progressBar('predict');
  try {
    for (const [i, picture] of pictures.entries()) {
      signal.throwIfAborted();
      const input = await read(picture).catch((error) => {
        if (corrupt === 'reject' || error.code !== 'corrupt-image') throw error;
        skipped.push(picture.path);
        return undefined;
      });
      if (input !== undefined) {
        const { logits, milliseconds } = await run(input);
        const ranked = rankClasses(logits, model.outputScale, names, top).map(
          ({ classIndex, className, score }) => ({
            classIndex,
            className: className ?? String(classIndex),
            score,
          }),
        );
        predictions.push({ file: picture.path, ...ranked[0], top: ranked, milliseconds });
      }
      progress.update(i + 1, pictures.length);
    }
  } finally {
    progress.stop();
  }
}

async function onThisComputer(
  { bytes }: ModelArgument,
  signal: AbortSignal,
  use: (run: Runner) => Promise<void>,
): Promise<void> {
  const thread = startThread({ bytes, engine: 'wasm' }, signal);
  try {
    await use(async (input) => {
      const [result] = await thread.run({ images: input, imageBytes: input.length });
      return result;
    });
  } finally {
    await thread.close();
  }
}

async function onBoard(
  { bytes }: ModelArgument,
  { port, baud, deploy }: PredictOptions & { port: string },
  signal: AbortSignal,
  use: (run: Runner) => Promise<void>,
): Promise<void> {
  const host = await loadHost();
  await withBoard({ port, baud }, signal, async (client) => {
    if (deploy || port.startsWith('sim:')) await host.deploy(client, bytes, { signal });
    host.requireActive(client, bytes);
    const { board, ticksPerSecond } = client.info;
    const hasClock = !host.HOST_CLOCKS.includes(board);
    await use(async (input) => {
      const { classIndex, outputs, logits, ticks } = await client.infer(input, signal);
      if (logits.length < outputs) throw tooManyClasses(port, outputs, logits.length);
      if (argmax(logits) !== classIndex) throw new Error('the class of a reply does not match its logits');
      return { logits, milliseconds: hasClock ? (1000 * ticks) / ticksPerSecond : null };
    });
  });
}

function tooManyClasses(port: string, outputs: number, received: number): DeviceError {
  return new DeviceError(
    'too-many-classes',
    `The board sends the logits of ${received} of ${outputs} classes in one reply, so that scores are unknown; omit --port.`,
    { port },
  );
}

function printPredictions(
  predictions: readonly Prediction[],
  { skipped, ignored }: { skipped: readonly string[]; ignored: Readonly<Record<string, number>> },
  { top, csv, json }: PredictOptions,
  aborted: boolean,
): void {
  if (json) {
    printJson({ predictions, skipped, ignored, ...(aborted && { aborted }) });
    return;
  }
  for (const path of skipped) printMessage(printableLine(`skipped, not readable: ${path}`));
  if (csv) {
    const head = ['file', 'class', 'score', 'milliseconds', ...othersHead(top)];
    const rows = predictions.map(({ file, className, score, milliseconds, top: ranked }) => [
      ...[file, className, score.toFixed(4), milliseconds?.toFixed(3) ?? ''],
      ...ranked.slice(1).flatMap((other) => [other.className, other.score.toFixed(4)]),
    ]);
    for (const row of [head, ...rows]) print(row.map(csvCell).join(','));
    return;
  }
  const rows = predictions.map(({ file, className, score, top: ranked }) => [
    ...[file, className, percent(score)],
    ...(top === 1 ? [] : [nextBest(ranked)]),
  ]);
  print(table(['file', 'class', 'score', ...(top === 1 ? [] : ['next'])], rows));
  const times = predictions.flatMap(({ milliseconds }) => milliseconds ?? []).sort((a, b) => a - b);
  if (times.length > 0)
    print(
      `\n${counted(predictions.length, 'picture')}, median ${times[times.length >> 1].toPrecision(3)} ms`,
    );
}

const nextBest = (ranked: readonly Ranked[]) =>
  ranked
    .slice(1)
    .map((other) => `${other.className} ${percent(other.score)}`)
    .join(', ');

const othersHead = (top: number) =>
  Array.from({ length: top - 1 }, (_, i) => [`class ${i + 2}`, `score ${i + 2}`]).flat();
