/** The log of a training, one line for each epoch, as JSON or CSV. */

export interface EpochLog {
  epoch: number;
  /** Number of steps since the training started. */
  step: number;
  /** The learning rate of the epoch's last step. */
  learningRate: number;
  loss: number;
  accuracy: number;
  validationAccuracy: number;
  /** The share of weights whose sign changed in this epoch, by name of binary layer. */
  flipRatio: Record<string, number>;
  /** Duration since the training started, without the time between an interruption and the resumption. */
  seconds: number;
}

/** Formats a log as JSON. */
export function logAsJson(log: readonly EpochLog[]): string {
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** Formats a log as CSV with a header line. Flip ratios have columns `flipRatio.<layer>`. */
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
