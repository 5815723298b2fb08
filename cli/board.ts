import type { BoardClient } from '@bd-edge/host';
import { UsageError } from '@bd-edge/sdk/internal';
import pc from 'picocolors';
import { say } from './terminal/output.js';
import { printable } from './terminal/printable.js';

/** No line to a board was named. */
export class PortMissingError extends UsageError {}

/** @throws {PortMissingError} where `--port` is missing */
export function requirePort(port: string | undefined): string {
  if (port !== undefined) return port;
  throw new PortMissingError(
    'No --port was given; name the line to the board, such as /dev/ttyUSB0 or COM3, or sim: for a simulated one.',
  );
}

/** Opens the line to a board, and closes it again whatever happens. The board's own log goes to standard error. */
export async function withBoard<T>(
  { port, baud }: { port: string; baud: number },
  signal: AbortSignal,
  use: (client: BoardClient) => Promise<T>,
): Promise<T> {
  const host = await import('@bd-edge/host');
  const transport = await host.openPort(port, { baud });
  // A slow line is not left before what is under way has arrived.
  signal.addEventListener('abort', () => say('stopping ...'), { once: true });
  const onLog = (text: string) => process.stderr.write(`${pc.dim(`board: ${printable(text.trimEnd())}`)}\n`);
  const client = await host.BoardClient.connect(transport, { onLog, signal });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}
