import Table from 'cli-table3';
import { printable, printableJson, printableLine } from './printable.js';

/** Prints the one JSON object of `--json` on standard output. */
export function printJson(value: object): void {
  process.stdout.write(`${printableJson(value)}\n`);
}

/** Prints a result on standard output. */
export function print(text = ''): void {
  process.stdout.write(`${printable(text)}\n`);
}

/** Prints a message on standard error: progress, notes and warnings. */
export function printMessage(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

/** Formats a plain table; columns of numbers are aligned to the right. */
export function table(head: string[], rows: (string | number)[][]): string {
  const right = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'),
  );
  const result = new Table({
    head,
    colAligns: right.map((isRight) => (isRight ? 'right' : 'left')),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '  ',
    },
  });
  result.push(
    ...rows.map((row) =>
      row.map((cell) => (typeof cell === 'number' ? formatNumber(cell) : printableLine(cell))),
    ),
  );
  return result.toString();
}

/** Formats 12345 as 12,345. */
export function formatNumber(value: number): string {
  return value.toLocaleString('en-US');
}

/** Formats a number of things: 1 picture, 12,345 pictures. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : several}`;
}

/** Formats 0.98765 as 98.77 %. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** Formats a cosine. It is not a number if one of the gradients is zero. */
export function cosineText(cosine: number): string {
  return Number.isNaN(cosine) ? 'none' : cosine.toFixed(3);
}
