import type { BoardClient } from '@bd-edge/host/internal';
import { UsageError } from '@bd-edge/sdk/internal';
import pc from 'picocolors';
import { findBoard } from './find-board.js';
import { printMessage } from './terminal/output.js';
import { printableLine } from './terminal/printable.js';

/**
 * Returns `--port`, or the port of the only board on USB.
 *
 * @throws {UsageError} codes `missing-port` and `several-boards`
 */
export const requirePort = async (port: string | undefined): Promise<string> => port ?? findBoard();

/**
 * Returns the ports of `--port`, which may be given several times, or the port of the only board on USB. `sim:` is
 * another board each time.
 *
 * @throws {UsageError} codes `missing-port`, `several-boards` and `repeated-port`
 */
export async function requirePorts(ports: readonly string[] | undefined): Promise<readonly string[]> {
  if (ports === undefined || ports.length === 0) return [await findBoard()];
  const repeated = ports.find((port, i) => ports.indexOf(port) !== i && !port.startsWith('sim:'));
  if (repeated === undefined) return ports;
  const message = `--port ${repeated} is given twice; a board runs one command at a time.`;
  throw new UsageError('repeated-port', message, { received: repeated });
}

/** The signals whose abort is announced; several boards share one. */
const announcing = new WeakSet<AbortSignal>();
const announceAbort = () => printMessage('aborting ...');

/**
 * Connects to a board, and closes the connection in any case. The board's log is printed on standard error.
 *
 * @param isOneOfMany whether several boards print at once, so that lines need the name of the port
 */
export async function withBoard<T>(
  { port, baud, isOneOfMany = false }: { port: string; baud: number; isOneOfMany?: boolean },
  signal: AbortSignal,
  use: (client: BoardClient) => Promise<T>,
): Promise<T> {
  const board = isOneOfMany ? `${printableLine(port)} board` : 'board';
  const host = await import('@bd-edge/host/internal');
  const transport = await host.openPort(port, { baud, signal });
  // Data in flight on a slow transport still has to arrive.
  if (!announcing.has(signal)) signal.addEventListener('abort', announceAbort, { once: true });
  announcing.add(signal);
  const onLog = (text: string) => {
    for (const line of text.trimEnd().split('\n'))
      process.stderr.write(`${pc.dim(`${board}: ${printableLine(line)}`)}\n`);
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
