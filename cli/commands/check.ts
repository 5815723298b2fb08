import type { CheckReport } from '@bd-edge/host';
import { Command, Option } from 'commander';
import { requirePort, withBoard } from '../board.js';
import { readInput } from '../options/input-file.js';
import {
  baudOption,
  corruptOption,
  dataOption,
  jsonOption,
  limitOption,
  portOption,
} from '../options/options.js';
import { loadForPacked } from '../options/test-images.js';
import { EXIT } from '../terminal/exit-codes.js';
import { interruptSignal } from '../terminal/interrupt.js';
import { formatNumber, percent, print, printJson, table } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';

export const check = new Command('check')
  .description('run test images on a board and compare every logit with the host')
  .argument('<model.bdm>', 'the model that is active on the board')
  .addOption(portOption())
  .addOption(baudOption())
  .addOption(dataOption().default(undefined, 'what the model was trained on'))
  .addOption(corruptOption())
  .addOption(limitOption())
  .addOption(new Option('--deploy', 'deploy the model first (always so on sim:, whose board starts empty)'))
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge check model.bdm --port /dev/ttyUSB0 --data mnist --limit 200\n  $ bd-edge check model.bdm --port sim: --data mnist --json',
  )
  .action(run);

interface Options {
  port?: string;
  baud: number;
  data?: string;
  corrupt: 'skip' | 'refuse';
  limit?: number;
  deploy?: boolean;
  json?: boolean;
}

async function run(file: string, options: Options): Promise<void> {
  const port = requirePort(options.port);
  const signal = interruptSignal();
  const host = await import('@bd-edge/host');
  const model = await readInput(file);
  const { name, test, classes: names } = await loadForPacked(model, options);
  const imageBytes = test.height * test.width * test.channels;
  const images = Array.from({ length: test.count }, (_, i) =>
    test.images.subarray(i * imageBytes, (i + 1) * imageBytes),
  );
  const progress = progressBar(`check ${name}`);
  const report = await withBoard({ ...options, port }, signal, async (client) => {
    if (options.deploy || port.startsWith('sim:')) await host.deploy({ client, model, signal });
    return host.check({
      client,
      model,
      images,
      labels: test.labels,
      limit: options.limit,
      signal,
      onProgress: ({ done, total, mismatches }) => progress.update(done, total, `${mismatches} differ`),
    });
  }).finally(() => progress.stop());

  if (report.labelMismatches + report.logitMismatches > 0) process.exitCode = EXIT.failed;
  const { accuracy, confidenceInterval, confusion, ticks } = report;
  // A model without labels may have more classes than the dataset.
  const classes = confusion?.map((_, label) => names[label] ?? String(label));
  if (options.json) {
    printJson({ data: name, classes, ...report });
    return;
  }
  print(
    `${formatNumber(report.images)} ${name} images: ${report.labelMismatches} labels and ${report.logitMismatches} logits differ from the host's`,
  );
  print(`layers on the board: ${report.path ?? 'an engine of its own'}, weights in ${report.weights}`);
  if (report.firstDivergingImage !== null)
    print(`image ${report.firstDivergingImage} is the first that differs: ${whereItDiffers(report)}`);
  if (accuracy !== null && confidenceInterval !== null) {
    const [low, high] = confidenceInterval;
    print(`accuracy on the board: ${percent(accuracy)} (95 % interval ${percent(low)} to ${percent(high)})`);
  }
  if (ticks) {
    const milliseconds = (count: number) => `${((1000 * count) / ticks.perSecond).toFixed(3)} ms`;
    print(
      `latency on the board: median ${milliseconds(ticks.median)}, 95 % within ${milliseconds(ticks.p95)}`,
    );
  }
  if (confusion && classes) {
    print("\nright class (rows) against the board's (columns):");
    print(
      table(
        ['', ...classes],
        confusion.map((row, label) => [classes[label], ...row]),
      ),
    );
  }
}

function whereItDiffers({ firstDivergingLayer, layersRefused }: CheckReport): string {
  if (layersRefused !== null) return `the board does not tell its layers apart: ${layersRefused}`;
  if (firstDivergingLayer === null) return 'no layer did when asked again';
  return `first in layer ${firstDivergingLayer}`;
}
