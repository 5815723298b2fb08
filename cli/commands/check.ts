import type { CheckReport, TickSummary } from '@bd-edge/host';
import { parseModel } from '@bd-edge/sdk';
import { UsageError } from '@bd-edge/sdk/internal';
import { Command, Option } from 'commander';
import { requirePorts, withBoard } from '../board.js';
import { type JunitCase, writeJunit } from '../boards/junit.js';
import { jsonOf, type Outcome, sideBySide, worstExitCode } from '../boards/side-by-side.js';
import { Evaluation, type WrongFlags } from '../evaluation/evaluation.js';
import { checkWrongFile } from '../evaluation/wrong-images.js';
import { type Host, loadHost } from '../host.js';
import { MODEL_ARGUMENT, readModel } from '../models.js';
import { type CheckImages, loadCheckImages } from '../options/check-images.js';
import {
  baudOption,
  corruptOption,
  evaluationReportOption,
  jsonOption,
  junitOption,
  limitOption,
  modelDataOption,
  portsOption,
  sampleSeedOption,
  wrongOption,
} from '../options/options.js';
import { describeImages } from '../options/test-images.js';
import { diagnose, printError } from '../terminal/diagnostics.js';
import { EXIT } from '../terminal/exit-codes.js';
import { interruptSignal } from '../terminal/interrupt.js';
import { counted, formatNumber, percent, print, printJson, printMessage, table } from '../terminal/output.js';
import { printableLine } from '../terminal/printable.js';
import { type Progress, progressBar } from '../terminal/progress.js';

export const check = new Command('check')
  .description('run test images on boards and compare every logit with the host')
  .argument('<model>', MODEL_ARGUMENT)
  .addOption(portsOption())
  .addOption(baudOption())
  .addOption(modelDataOption())
  .addOption(corruptOption())
  .addOption(limitOption())
  .addOption(sampleSeedOption())
  .addOption(new Option('--deploy', 'deployment of the model before the check; always on with sim:'))
  .addOption(wrongOption())
  .addOption(evaluationReportOption())
  .addOption(junitOption())
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge check mnist-8k --port sim:\n  $ bd-edge check model.bdm --port /dev/ttyUSB0 --data mnist --limit 200' +
      '\n  $ bd-edge check model.bdm --port /dev/ttyUSB0 --port rfc2217://rack:4000 --junit boards.xml',
  )
  .action(run);

interface Options extends WrongFlags {
  port?: string[];
  baud: number;
  data?: string;
  corrupt: 'skip' | 'reject';
  limit?: number;
  seed: number;
  deploy?: boolean;
  junit?: string;
  json?: boolean;
}

/** What is the same for all boards. */
interface Task {
  host: Host;
  model: Uint8Array;
  loadImages(): Promise<CheckImages>;
  expected?: ReturnType<Host['sharedExpectation']>;
  signal: AbortSignal;
}

/** What was measured on a board. */
interface Checked {
  chosen: CheckImages;
  report: CheckReport;
  evaluation: Evaluation;
  /** Whether Ctrl-C ended it before all images. */
  isAborted: boolean;
}

async function run(argument: string, options: Options): Promise<void> {
  const ports = await requirePorts(options.port);
  if (ports.length > 1) rejectFiles(options);
  const signal = interruptSignal();
  checkWrongFile(options.wrong);
  const host = await loadHost();
  const model = await readModel(argument);
  let images: Promise<CheckImages> | undefined;
  const task: Task = {
    host,
    model: model.bytes,
    // Read once, and after a port is open: it can take minutes.
    loadImages: () => (images ??= loadCheckImages(model, { ...options, quiet: options.json })),
    // Several boards share the calculation of what is expected.
    expected: ports.length > 1 ? host.sharedExpectation(model.bytes, signal) : undefined,
    signal,
  };
  const progress = progressBar('check');
  const outcomes = await sideBySide(ports, progress, (port, update) =>
    checkBoard(task, { ...options, port, isOneOfMany: ports.length > 1 }, update),
  );
  task.expected?.close();
  progress.stop();
  process.exitCode = worstExitCode(outcomes, exitCodeOfChecked);
  if (options.junit !== undefined) await writeJunit(options.junit, 'bd-edge check', outcomes, problemOf);
  if (outcomes.length > 1) return reportAll(outcomes, options);

  const [outcome] = outcomes;
  if ('error' in outcome) throw outcome.error;
  const { chosen, report, evaluation, isAborted } = outcome.result;
  const total = countImages(chosen, options);
  const what = describeImages(chosen, total, chosen.sample);
  if (options.json) printJson(factsOf(outcome.result));
  else {
    const names = namesOf(report, chosen);
    printReport(report, isAborted ? `the first ${report.images} of ${what}` : what, names, evaluation);
  }
  if (chosen.test !== undefined) {
    const facts = { model: argument, port: outcome.port, images: what };
    await evaluation.write(options, chosen.test, { title: `bd-edge check ${argument}`, facts }, options.json);
  }
  if (isAborted) printMessage(`Aborted after ${report.images} of ${counted(total, 'image')}.`);
}

/** Returns the number of images that a board runs if it is not aborted. */
const countImages = ({ sample, images }: CheckImages, { limit }: Pick<Options, 'limit'>): number =>
  sample === null ? images.length : (limit ?? images.length);

/** @throws {UsageError} code `inapplicable-option` for a file about the images of one board */
function rejectFiles(options: Options): void {
  for (const name of ['wrong', 'report'] as const) {
    if (options[name] === undefined) continue;
    const message = `--${name} describes one board, and --port is given several times; check the boards one by one.`;
    throw new UsageError('inapplicable-option', message, { received: `--${name}` });
  }
}

/** @throws what the check throws, unless it was aborted after the first image */
async function checkBoard(
  { host, model, loadImages, expected, signal }: Task,
  options: Omit<Options, 'port'> & { port: string; isOneOfMany: boolean },
  update: Progress['update'],
): Promise<Checked> {
  const { port, deploy, limit, seed } = options;
  return withBoard(options, signal, async (client) => {
    const chosen = await loadImages();
    const { images, labels, test } = chosen;
    const evaluation = evaluationOf(model, chosen);
    if (deploy || port.startsWith('sim:')) await host.deploy(client, model, { signal });
    let aborted: CheckReport | undefined;
    const report = await host
      .check(client, model, images, {
        labels,
        limit,
        seed,
        signal,
        expected,
        onProgress: ({ done, total, mismatches }) => update(done, total, `${mismatches} differ`),
        onResult({ index, classIndex, logits }) {
          if (labels === undefined) return;
          evaluation.add({ index, file: test?.files?.[index], label: labels[index] }, logits, classIndex);
        },
        onAborted: (report) => {
          aborted = report;
        },
      })
      .catch((error) => {
        // What was measured is not lost.
        if (aborted === undefined || aborted.images === 0) throw error;
        return aborted;
      });
    return { chosen, report, evaluation, isAborted: aborted !== undefined };
  });
}

const differences = ({ classMismatches, logitMismatches }: CheckReport) => classMismatches + logitMismatches;

function exitCodeOfChecked({ report, isAborted }: Checked): number {
  if (isAborted) return EXIT.aborted;
  return differences(report) > 0 ? EXIT.failed : EXIT.success;
}

/** Returns what a report for continuous integration says about a board that does not agree with the host. */
function problemOf({ report, isAborted }: Checked): Pick<JunitCase, 'failure' | 'error'> {
  if (isAborted) return { error: { code: 'aborted', message: `Aborted after ${report.images} images.` } };
  if (differences(report) === 0) return {};
  const message = `${differencesText(report)}; ${firstDifference(report)}`;
  return { failure: { code: 'logits-differ', message } };
}

/** Returns the fields of `--json`. */
function factsOf({ chosen, report, evaluation, isAborted }: Checked) {
  const { name: data, part, sample, labels } = chosen;
  const perClass = labels ? evaluation.perClass : null;
  const facts = { data, part, sample, classNames: namesOf(report, chosen) };
  return { ...facts, ...report, perClass, ...(isAborted && { aborted: true }) };
}

/** Returns the names of the classes of the confusion matrix. A model without names may have more than the dataset. */
function namesOf({ confusion }: CheckReport, { classNames }: CheckImages): string[] | undefined {
  return confusion?.map((_, index) => classNames[index] ?? String(index));
}

function reportAll(outcomes: readonly Outcome<Checked>[], options: Options): void {
  const { json } = options;
  if (json) {
    printJson(jsonOf(outcomes, factsOf));
  } else {
    const first = outcomes.find((outcome) => 'result' in outcome);
    if (first !== undefined) {
      const { chosen } = first.result;
      print(`${describeImages(chosen, countImages(chosen, options), chosen.sample)}:`);
    }
    const head = ['port', 'images', 'classes differ', 'logits differ', 'accuracy', 'median', 'result'];
    print(table(head, outcomes.map(rowOf)));
  }
  for (const outcome of outcomes) {
    if ('error' in outcome) printError(outcome.error, outcome.port);
    else if (!json && differences(outcome.result.report) > 0)
      print(`${outcome.port}: ${firstDifference(outcome.result.report)}`);
  }
}

function rowOf(outcome: Outcome<Checked>): string[] {
  if ('error' in outcome) return [outcome.port, '', '', '', '', '', diagnose(outcome.error).code];
  const { report, isAborted } = outcome.result;
  const { images, classMismatches, logitMismatches, accuracy, ticks, clock } = report;
  const result = isAborted ? 'aborted' : differences(report) > 0 ? 'differs' : 'agrees';
  return [
    outcome.port,
    ...[images, classMismatches, logitMismatches].map(formatNumber),
    accuracy === null ? '' : percent(accuracy),
    ticks && clock === 'board' ? milliseconds(ticks.median, ticks) : '',
    result,
  ];
}

function evaluationOf(bytes: Uint8Array, { classNames }: CheckImages): Evaluation {
  const { tensors, outputScale } = parseModel(bytes);
  const { height, width, channels } = tensors[tensors.length - 1];
  return new Evaluation(classNames, height * width * channels, outputScale);
}

function printReport(
  report: CheckReport,
  images: string,
  classNames: string[] | undefined,
  evaluation: Evaluation,
): void {
  const { accuracy, confidenceInterval, confusion } = report;
  print(`${images}: ${differencesText(report)} from the host's`);
  print(`ops on the board: ${report.path ?? 'unknown engine'}, weights in ${report.weights}`);
  if (report.firstDivergingImage !== null) print(firstDifference(report));
  if (accuracy !== null && confidenceInterval !== null) {
    const [low, high] = confidenceInterval;
    print(`accuracy on the board: ${percent(accuracy)} (95 % interval ${percent(low)} to ${percent(high)})`);
  }
  printLatency(report);
  if (confusion && classNames) {
    print('\ncorrect class (rows) and class on the board (columns):');
    print(
      table(
        ['', ...classNames],
        confusion.map((row, index) => [classNames[index], ...row]),
      ),
    );
    evaluation.printClasses();
  }
}

function printLatency({ ticks, clock }: CheckReport): void {
  if (!ticks) return;
  if (clock === 'host') {
    print('latency on the board: unknown, since this board is simulated and has no clock of its own');
    return;
  }
  const { median, p95, maximum } = ticks;
  const [middle, late, slowest] = [median, p95, maximum].map((count) => milliseconds(count, ticks));
  print(`latency on the board: median ${middle}, 95th percentile ${late}, slowest ${slowest}`);
}

const milliseconds = (count: number, { perSecond }: TickSummary) =>
  `${((1000 * count) / perSecond).toFixed(3)} ms`;

const differencesText = (report: CheckReport) =>
  `${counted(report.classMismatches, 'class', 'classes')} and ${counted(report.logitMismatches, 'logit vector')} ${differences(report) === 1 ? 'differs' : 'differ'}`;

const firstDifference = (report: CheckReport) =>
  `first difference: image ${report.firstDivergingImage}, ${printableLine(divergingOp(report))}`;

function divergingOp({ firstDivergingOp, traceRejection }: CheckReport): string {
  if (traceRejection !== null) return `op unknown: ${traceRejection}`;
  if (firstDivergingOp === null) return 'not reproduced by the trace of its ops';
  return `op ${firstDivergingOp}`;
}
