import { writeSync } from 'node:fs';
import { EXIT } from './exit-codes.js';
import { fileProblem } from './file-system-error.js';

/** Error codes of a stream whose reader is gone: a closed pipe, terminal or socket. */
const CLOSED = ['EPIPE', 'EIO', 'ECONNRESET'];

/**
 * Handles streams that cannot be written. If the reader of results is gone (`bd-edge inspect model.bdm | head`), the
 * program ends; results that do not fit on a disk are a file error. Messages are not worth the work of a program: without
 * their reader (`bd-edge train 2>&1 | tee log` and Ctrl-C) or a place on the disk of the log, it continues.
 */
export function surviveClosedStreams(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (CLOSED.includes(error.code ?? '')) process.exit(process.exitCode ?? EXIT.success);
    const { message } = fileProblem(Object.assign(error, { path: 'standard output' }));
    writeMessage(`error: ${message}\n`);
    process.exit(EXIT.file);
  });
  process.stderr.on('error', () => {});
}

/** Writes before an exit, which would not wait for the stream. */
function writeMessage(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // Standard error is closed too, so nobody can read the message.
  }
}
