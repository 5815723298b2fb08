import { EXIT } from './exit-codes.js';

/** Error codes of a stream whose reader is gone: a closed pipe, terminal or socket. */
const CLOSED = ['EPIPE', 'EIO', 'ECONNRESET'];

/**
 * Handles readers that close a stream early. If the reader of results is gone (`bd-edge inspect model.bdm | head`), the
 * program ends. If the reader of messages is gone (`bd-edge train 2>&1 | tee log` and Ctrl-C), it continues.
 */
export function surviveClosedStreams(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!CLOSED.includes(error.code ?? '')) throw error;
    process.exit(process.exitCode ?? EXIT.success);
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (!CLOSED.includes(error.code ?? '')) throw error;
  });
}
