/** Results as a table: cells for a terminal, or Markdown for docs/results.md. */
import type { Kept } from './comparison-file.js';
import { divergedRuns, type LaneResult, lanesLeftOut, resultsOf } from './results.js';

export const RESULT_COLUMNS = ['lane', 'test', 'spread', 'seeds', 'against direct, 95 %', 'rate'];

/** A line a lane: accuracies in percent, differences in points. */
export function resultCells(results: readonly LaneResult[]): string[][] {
  const percent = (share: number) => (100 * share).toFixed(2);
  return results.map(({ lane, mean, deviation, min, max, seeds, difference, rate, finetuneRate }) => [
    lane,
    // One seed has no spread, which is not a spread of 0.
    `${percent(mean)} %${seeds.length > 1 ? ` +- ${percent(deviation)}` : ''}`,
    seeds.length > 1 ? `${percent(min)} .. ${percent(max)}` : '',
    String(seeds.length),
    difference ? `${signed(difference.mean)}${intervalOf(difference.interval)}` : '',
    finetuneRate === undefined ? String(rate) : `${rate}, then ${finetuneRate}`,
  ]);
}

/** Below a table: which runs and lanes are not in it, and why; nothing where all are. */
export function leftOutLines({ options, runs, choices }: Omit<Kept, 'experiment' | 'costs'>): string[] {
  const lines = divergedRuns(options, runs, choices).map(
    (run) =>
      `Diverged, and in no mean: ${run.lane}, seed ${run.seed}, in epoch ${run.bestEpoch}; give it lower rates with --lanes ${run.lane} --rates.`,
  );
  const lanes = lanesLeftOut(resultsOf(options, runs, choices), runs);
  if (lanes.length > 0)
    lines.push(
      `Left out: ${lanes.join(', ')}, tested with other epochs or with rates that are no longer chosen.`,
    );
  return lines;
}

/** What was compared, in a few words. */
export function comparisonTitle({ experiment, options }: Pick<Kept, 'experiment' | 'options'>): string {
  const { data, network, weights = 'binary', limit } = experiment;
  const images = limit === undefined ? '' : `, ${limit} training images`;
  return `${data}, network ${network}, ${weights} weights, ${options.epochs} epochs in all${images}`;
}

/** What was compared, in a line, and its table. */
export function comparisonMarkdown({ experiment, options, costs, choices, runs }: Kept): string {
  const results = resultsOf(options, runs, choices);
  const cells = resultCells(results).map((row, i) => {
    const { weights, floatMacs, binaryMacs } = costs[results[i].lane];
    return [...row, weights.toLocaleString('en-US'), millions(floatMacs), millions(binaryMacs)];
  });
  const head = [...RESULT_COLUMNS, 'weights', 'float MACs', 'binary MACs'];
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const { epochs, finetuneEpochs, tuning } = options;
  const rates = runs.some((run) => run.purpose === 'tune')
    ? `rates chosen on validation images in runs of ${tuning.epochs} epochs`
    : 'rates given, not tuned';
  return [
    `${comparisonTitle({ experiment, options })} (BinaryDuo: ${epochs - finetuneEpochs} + ${finetuneEpochs}); ${rates}.`,
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
