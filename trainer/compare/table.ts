/** The results as a table: cells for a terminal, or Markdown. */
import type { ComparisonRecord } from './comparison-file.js';
import { divergedRuns, type MethodResult, methodsLeftOut, resultsOf } from './results.js';

export const RESULT_COLUMNS = ['method', 'test', 'spread', 'seeds', 'against direct, 95 %', 'learning rate'];

/** Returns a row for each method, with accuracies in percent and differences in percentage points. */
export function resultCells(results: readonly MethodResult[]): string[][] {
  const percent = (share: number) => (100 * share).toFixed(2);
  return results.map(
    ({ method, mean, deviation, min, max, seeds, difference, learningRate, finetunedLearningRate }) => [
      method,
      // The spread of one seed is unknown, not 0.
      `${percent(mean)} %${seeds.length > 1 ? ` +- ${percent(deviation)}` : ''}`,
      seeds.length > 1 ? `${percent(min)} .. ${percent(max)}` : '',
      String(seeds.length),
      difference ? `${signed(difference.mean)}${intervalOf(difference.interval)}` : '',
      finetunedLearningRate === undefined
        ? String(learningRate)
        : `${learningRate}, then ${finetunedLearningRate}`,
    ],
  );
}

/** Returns notes on the runs and methods that are not in the table. */
export function leftOutLines({
  options,
  runs,
  choices,
}: Omit<ComparisonRecord, 'experiment' | 'costs'>): string[] {
  const lines = divergedRuns(options, runs, choices).map(
    (run) =>
      `${run.method} diverged with seed ${run.seed} in epoch ${run.bestEpoch} and is not in the mean; try lower values with --methods ${run.method} --learning-rates.`,
  );
  const methods = methodsLeftOut(resultsOf(options, runs, choices), runs);
  if (methods.length > 0)
    lines.push(
      `Not in the table: ${methods.join(', ')}, tested with other epochs or with learning rates that are no longer chosen.`,
    );
  return lines;
}

/** Returns a short description of what was compared. */
export function comparisonTitle({
  experiment,
  options,
}: Pick<ComparisonRecord, 'experiment' | 'options'>): string {
  const { data, network, weights = 'binary', limit } = experiment;
  const images = limit === undefined ? '' : `, ${limit} training images`;
  return `${data}, network ${network}, ${weights} weights, ${options.epochs} epochs in all${images}`;
}

/** Returns a description of what was compared, and the table, in Markdown. */
export function comparisonMarkdown({ experiment, options, costs, choices, runs }: ComparisonRecord): string {
  const results = resultsOf(options, runs, choices);
  const cells = resultCells(results).map((row, i) => {
    const { weights, floatMacs, binaryMacs } = costs[results[i].method];
    return [...row, weights.toLocaleString('en-US'), millions(floatMacs), millions(binaryMacs)];
  });
  const head = [...RESULT_COLUMNS, 'weights', 'float MACs', 'binary MACs'];
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const { epochs, finetunedEpochs, tuning } = options;
  const rates = runs.some((run) => run.purpose === 'tune')
    ? `rates chosen on validation images in runs of ${tuning.epochs} epochs`
    : 'rates given, not tuned';
  return [
    `${comparisonTitle({ experiment, options })} (BinaryDuo: ${epochs - finetunedEpochs} + ${finetunedEpochs}); ${rates}.`,
    '',
    row(head),
    row(head.map(() => '---')),
    ...cells.map(row),
    '',
    ...leftOutLines({ options, runs, choices }).flatMap((line) => [line, '']),
  ].join('\n');
}

function intervalOf(interval: [number, number] | null): string {
  return interval ? ` (${signed(interval[0])} .. ${signed(interval[1])})` : '';
}

function signed(share: number): string {
  const points = (100 * share).toFixed(2);
  return share >= 0 ? `+${points}` : points;
}

function millions(macs: number): string {
  return `${(macs / 1e6).toFixed(2)} M`;
}
