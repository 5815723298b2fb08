import type { CheckReport } from '@bd-edge/host';
import { parseModel } from '@bd-edge/sdk';
import { Command, Option } from 'commander';
import { requirePort, withBoard } from '../board.js';
import { Evaluation, type WrongFlags } from '../evaluation/evaluation.js';
import { checkWrongFile } from '../evaluation/wrong-images.js';
import { loadHost } from '../host.js';
import { MODEL_ARGUMENT, readModel } from '../models.js';
import { type CheckImages, loadCheckImages } from '../options/check-images.js';
import {
  baudOption,
  corruptOption,
  evaluationReportOption,
  jsonOption,
  limitOption,
  modelDataOption,
  portOption,
  sampleSeedOption,
  wrongOption,
} from '../options/options.js';
import { describeImages } from '../options/test-images.js';
import { EXIT } from '../terminal/exit-codes.js';
import { interruptSignal } from '../terminal/interrupt.js';
import { counted, percent, print, printJson, printMessage, table } from '../terminal/output.js';
import { printableLine } from '../terminal/printable.js';
import { progressBar } from '../terminal/progress.js';

export const check = new Command('check')
  .description('run test images on a board and compare every logit with the host')
  .argument('<model>', MODEL_ARGUMENT)
  .addOption(portOption())
  .addOption(baudOption())
  .addOption(modelDataOption())
  .addOption(corruptOption())
  .addOption(limitOption())
  .addOption(sampleSeedOption())
  .addOption(new Option('--deploy', 'deployment of the model before the check; always on with sim:'))
  .addOption(wrongOption())
  .addOption(evaluationReportOption())
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge check mnist-8k --port sim:\n  $ bd-edge check model.bdm --port /dev/ttyUSB0 --data mnist --limit 200',
  )
  .action(run);

interface Options extends WrongFlags {
  port?: string;
  baud: number;
  data?: string;
  corrupt: 'skip' | 'reject';
  limit?: number;
  seed: number;
  deploy?: boolean;
  json?: boolean;
}

async function run(argument: string, options: Options): Promise<void> {
  const port = requirePort(options.port);
  const signal = interruptSignal();
  checkWrongFile(options.wrong);
  const host = await loadHost();
  const model = await readModel(argument);
  // The port is opened before the images are read, which can take minutes.
  const { chosen, evaluation, report, aborted } = await withBoard(
    { ...options, port },
    signal,
    async (client) => {
      const chosen = await loadCheckImages(model, { ...options, quiet: options.json });
      const { name, images, labels, test } = chosen;
      const evaluation = evaluationOf(model.bytes, chosen);
      const progress = progressBar(`check ${name}`);
      let aborted: CheckReport | undefined;
      if (options.deploy || port.startsWith('sim:')) await host.deploy(client, model.bytes, { signal });
      const report = await host
        .check(client, model.bytes, images, {
          labels,
          limit: options.limit,
          seed: options.seed,
          signal,
          onProgress: ({ done, total, mismatches }) => progress.update(done, total, `${mismatches} differ`),
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
        })
        .finally(() => progress.stop());
      return { chosen, evaluation, report, aborted };
    },
  );
  const { name, images, labels, sample, test } = chosen;
  const total = sample === null ? images.length : (options.limit ?? images.length);

  if (report.classMismatches + report.logitMismatches > 0) process.exitCode = EXIT.failed;
  if (aborted !== undefined) process.exitCode = EXIT.aborted;
  // A model without class names may have more classes than the dataset.
  const names = report.confusion?.map((_, index) => chosen.classNames[index] ?? String(index));
  const what = describeImages(chosen, total, sample);
  if (options.json) {
    const { part } = chosen;
    const perClass = labels && evaluation.perClass;
    const facts = { data: name, part, sample, classNames: names };
    printJson({ ...facts, ...report, perClass: perClass ?? null, ...(aborted && { aborted: true }) });
  } else printReport(report, aborted ? `the first ${report.images} of ${what}` : what, names, evaluation);
  if (test !== undefined) {
    const facts = { model: argument, port, images: what };
    await evaluation.write(options, test, { title: `bd-edge check ${argument}`, facts }, options.json);
  }
  if (aborted !== undefined) printMessage(`Aborted after ${report.images} of ${counted(total, 'image')}.`);
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
  const { classMismatches, logitMismatches, accuracy, confidenceInterval, confusion } = report;
  print(
    `${images}: ${counted(classMismatches, 'class', 'classes')} and ${counted(logitMismatches, 'logit vector')} ${classMismatches + logitMismatches === 1 ? 'differs' : 'differ'} from the host's`,
  );
  print(`ops on the board: ${report.path ?? 'unknown engine'}, weights in ${report.weights}`);
  if (report.firstDivergingImage !== null)
    print(`first difference: image ${report.firstDivergingImage}, ${printableLine(divergingOp(report))}`);
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
  const milliseconds = (count: number) => `${((1000 * count) / ticks.perSecond).toFixed(3)} ms`;
  print(
    `latency on the board: median ${milliseconds(ticks.median)}, 95th percentile ${milliseconds(ticks.p95)}, slowest ${milliseconds(ticks.maximum)}`,
  );
}

function divergingOp({ firstDivergingOp, traceRejection }: CheckReport): string {
  if (traceRejection !== null) return `op unknown: ${traceRejection}`;
  if (firstDivergingOp === null) return 'not reproduced by the trace of its ops';
  return `op ${firstDivergingOp}`;
}
