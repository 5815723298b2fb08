/** The log of a training: a line an epoch, as JSON for programs and as CSV for spreadsheets. */

export interface EpochLog {
  epoch: number;
  /** Steps taken since training began. */
  step: number;
  /** Of the epoch's last step. */
  learningRate: number;
  loss: number;
  accuracy: number;
  validationAccuracy: number;
  /** Share of the weights whose sign changed since the epoch before, by name of each binary layer. */
  flipRatio: Record<string, number>;
  /** Since training began, without the time between an interruption and the resumption. */
  seconds: number;
}

export function logAsJson(log: readonly EpochLog[]): string {
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** One header line; the flip ratios in columns `flipRatio.<layer>`. */
export function logAsCsv(log: readonly EpochLog[]): string {
  const layers = Object.keys(log[0]?.flipRatio ?? {});
  const head = [
    'epoch',
    'step',
    'learningRate',
    'loss',
    'accuracy',
    'validationAccuracy',
    'seconds',
  ] as const;
  const rows = log.map((line) => [
    ...head.map((column) => line[column]),
    ...layers.map((layer) => line.flipRatio[layer]),
  ]);
  const names = [...head, ...layers.map((layer) => `flipRatio.${layer}`)].map(quoted);
  return [names, ...rows].map((row) => `${row.join(',')}\n`).join('');
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
