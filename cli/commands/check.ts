import type { CheckReport } from '@bd-edge/host';
import { Command, Option } from 'commander';
import { requirePort, withBoard } from '../board.js';
import { loadHost } from '../host.js';
import { MODEL_ARGUMENT, readModel } from '../models.js';
import { loadCheckImages } from '../options/check-images.js';
import {
  baudOption,
  corruptOption,
  jsonOption,
  limitOption,
  modelDataOption,
  portOption,
} from '../options/options.js';
import { EXIT } from '../terminal/exit-codes.js';
import { interruptSignal } from '../terminal/interrupt.js';
import { formatNumber, percent, print, printJson, table } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';

export const check = new Command('check')
  .description('run test images on a board and compare every logit with the host')
  .argument('<model>', MODEL_ARGUMENT)
  .addOption(portOption())
  .addOption(baudOption())
  .addOption(modelDataOption())
  .addOption(corruptOption())
  .addOption(limitOption())
  .addOption(new Option('--deploy', 'deployment of the model before the check; always on with sim:'))
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge check mnist-8k --port sim:\n  $ bd-edge check model.bdm --port /dev/ttyUSB0 --data mnist --limit 200',
  )
  .action(run);

interface Options {
  port?: string;
  baud: number;
  data?: string;
  corrupt: 'skip' | 'reject';
  limit?: number;
  deploy?: boolean;
  json?: boolean;
}

async function run(argument: string, options: Options): Promise<void> {
  const port = requirePort(options.port);
  const signal = interruptSignal();
  const host = await loadHost();
  const model = await readModel(argument);
  const { name, images, labels, classNames } = await loadCheckImages(model, options);
  const progress = progressBar(`check ${name}`);
  const report = await withBoard({ ...options, port }, signal, async (client) => {
    if (options.deploy || port.startsWith('sim:')) await host.deploy(client, model.bytes, { signal });
    return host.check(client, model.bytes, images, {
      labels,
      limit: options.limit,
      signal,
      onProgress: ({ done, total, mismatches }) => progress.update(done, total, `${mismatches} differ`),
    });
  }).finally(() => progress.stop());

  if (report.classMismatches + report.logitMismatches > 0) process.exitCode = EXIT.failed;
  // A model without class names may have more classes than the dataset.
  const names = report.confusion?.map((_, index) => classNames[index] ?? String(index));
  if (options.json) printJson({ data: name, classNames: names, ...report });
  else printReport(report, name, names);
}

function printReport(report: CheckReport, name: string, classNames: string[] | undefined): void {
  const { images, classMismatches, logitMismatches, accuracy, confidenceInterval, confusion, ticks } = report;
  print(
    `${formatNumber(images)} images of ${name}: ${formatNumber(classMismatches)} classes and ` +
      `${formatNumber(logitMismatches)} logit vectors differ from the host's`,
  );
  print(`ops on the board: ${report.path ?? 'unknown engine'}, weights in ${report.weights}`);
  if (report.firstDivergingImage !== null)
    print(`first difference: image ${report.firstDivergingImage}, ${divergingOp(report)}`);
  if (accuracy !== null && confidenceInterval !== null) {
    const [low, high] = confidenceInterval;
    print(`accuracy on the board: ${percent(accuracy)} (95 % interval ${percent(low)} to ${percent(high)})`);
  }
  if (ticks) {
    const milliseconds = (count: number) => `${((1000 * count) / ticks.perSecond).toFixed(3)} ms`;
    print(
      `latency on the board: median ${milliseconds(ticks.median)}, 95th percentile ${milliseconds(ticks.p95)}`,
    );
  }
  if (confusion && classNames) {
    print('\ncorrect class (rows) and class on the board (columns):');
    print(
      table(
        ['', ...classNames],
        confusion.map((row, index) => [classNames[index], ...row]),
      ),
    );
  }
}

function divergingOp({ firstDivergingOp, traceRejection }: CheckReport): string {
  if (traceRejection !== null) return `op unknown: ${traceRejection}`;
  if (firstDivergingOp === null) return 'not reproduced by the trace of its ops';
  return `op ${firstDivergingOp}`;
}
