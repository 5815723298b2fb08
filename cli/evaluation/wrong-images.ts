import { extname } from 'node:path';
import { UsageError } from '@bd-edge/sdk/internal';
import type { WrongPicture } from '@bd-edge/trainer/internal';
import { printableLine } from '../terminal/printable.js';

const COLUMNS = ['index', 'file', 'class', 'predicted', 'score', 'class score'] as const;

const FORMATS: Record<string, (images: readonly WrongPicture[]) => string> = {
  '.csv': (images) =>
    [COLUMNS, ...images.map(cells)].map((row) => `${row.map(csvCell).join(',')}\n`).join(''),
  '.json': (images) => `${JSON.stringify(images, null, 2)}\n`,
};

/** @throws {UsageError} code `unknown-ending`, before anything is run */
export function checkWrongFile(file: string | undefined): void {
  if (file === undefined || Object.hasOwn(FORMATS, extname(file).toLowerCase())) return;
  const expected = Object.keys(FORMATS);
  const message = `Unknown file ending of ${file}; expected ${expected.join(' or ')} for --wrong.`;
  throw new UsageError('unknown-ending', message, { received: file, expected });
}

/** Formats a list for the file of `--wrong`: CSV or JSON, by its ending. */
export function formatWrong(file: string, images: readonly WrongPicture[]): string {
  return FORMATS[extname(file).toLowerCase()](images);
}

function cells({ index, file = '', className, predicted, score, classScore }: WrongPicture): string[] {
  return [String(index), file, className, predicted, score.toFixed(4), classScore.toFixed(4)];
}

/** Formats a cell of CSV. A name must not become a formula of a spreadsheet. */
export function csvCell(text: string): string {
  const line = printableLine(text);
  const safe = /^[=+@-]/.test(line) && !/^[+-]?[\d.]+$/.test(line) ? `'${line}` : line;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
