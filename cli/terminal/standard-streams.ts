import { EXIT } from './exit-codes.js';

/** The reader is gone: a pipe's end, a terminal that was closed, a socket closed on what was not read yet. */
const CLOSED = ['EPIPE', 'EIO', 'ECONNRESET'];

/**
 * What a reader that goes away means. Of results, `bd-edge inspect model.bdm | head`, that nobody needs the rest. Of
 * messages, `bd-edge train 2>&1 | tee log` and Ctrl-C, nothing: the work goes on, and its results are files.
 */
export function surviveClosedStreams(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!CLOSED.includes(error.code ?? '')) throw error;
    process.exit(process.exitCode ?? EXIT.good);
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (!CLOSED.includes(error.code ?? '')) throw error;
  });
}
