import pc from 'picocolors';
import type { BoardClient } from '../firmware-host/index.js';
import { printable } from './printable.js';

/** Opens the line to a board, and closes it again whatever happens. The board's own log goes to standard error. */
export async function withBoard<T>(
  { port, baud }: { port: string; baud: number },
  signal: AbortSignal,
  use: (client: BoardClient) => Promise<T>,
): Promise<T> {
  const host = await import('../firmware-host/index.js');
  const transport = await host.openPort(port, { baud });
  const onLog = (text: string) => process.stderr.write(`${pc.dim(`board: ${printable(text.trimEnd())}`)}\n`);
  const client = await host.BoardClient.connect(transport, { onLog, signal });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}
