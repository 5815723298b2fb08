import type { BoardClient } from '@bd-edge/host/internal';
import { UsageError } from '@bd-edge/sdk/internal';
import pc from 'picocolors';
import { printMessage } from './terminal/output.js';
import { printableLine } from './terminal/printable.js';

/** @throws {UsageError} code `missing-port` without `--port` */
export function requirePort(port: string | undefined): string {
  if (port !== undefined) return port;
  const expected = 'a port such as /dev/ttyUSB0 or COM3, or sim: for a simulated board';
  throw new UsageError('missing-port', `--port is missing; expected ${expected}.`, { expected });
}

/** Connects to a board, and closes the connection in any case. The board's log is printed on standard error. */
export async function withBoard<T>(
  { port, baud }: { port: string; baud: number },
  signal: AbortSignal,
  use: (client: BoardClient) => Promise<T>,
): Promise<T> {
  const host = await import('@bd-edge/host/internal');
  const transport = await host.openPort(port, { baud, signal });
  // Data in flight on a slow transport still has to arrive.
  signal.addEventListener('abort', () => printMessage('aborting ...'), { once: true });
  const onLog = (text: string) => {
    for (const line of text.trimEnd().split('\n'))
      process.stderr.write(`${pc.dim(`board: ${printableLine(line)}`)}\n`);
  };
  const onEcho = () =>
    printMessage(
      `note: ${printableLine(port)} returns what is sent to it (an echo); replies are expected behind it`,
    );
  const client = await host.BoardClient.connect(transport, { onLog, onEcho, signal });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}
