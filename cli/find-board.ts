import type { PortInfo } from '@bd-edge/host';
import { UsageError } from '@bd-edge/sdk/internal';
import { loadHost } from './host.js';
import { printMessage } from './terminal/output.js';
import { printableLine } from './terminal/printable.js';

const EXPECTED =
  'a board on USB that `bd-edge ports` shows by name, or a port such as /dev/ttyUSB0 or COM3, or sim: for a simulated board';

/**
 * Returns the port of the only board of this project on USB, and prints which one it is.
 *
 * @throws {UsageError} what {@link onlyBoard} throws
 */
export async function findBoard(): Promise<string> {
  const { listPorts } = await loadHost();
  const { ports } = await listPorts();
  const board = onlyBoard(ports);
  printMessage(`board: ${describeBoard(board)}`);
  return board.path;
}

/**
 * Returns the only board among ports.
 *
 * @throws {UsageError} `missing-port` if no board is connected, `several-boards` if more than one is
 */
export function onlyBoard(ports: readonly PortInfo[]): PortInfo {
  const boards = ports.filter(({ board }) => board !== undefined);
  if (boards.length === 1) return boards[0];
  if (boards.length === 0) {
    const message = `--port is missing, and no board was found by name; expected ${EXPECTED}.`;
    throw new UsageError('missing-port', message, { expected: EXPECTED });
  }
  const expected = boards.map(({ path }) => path);
  const message = `Found ${boards.length} boards: ${boards.map(describeBoard).join('; ')}. Choose one with --port.`;
  throw new UsageError('several-boards', message, { expected });
}

/** Returns the port, the name and the serial number of a board on one line. */
export const describeBoard = ({ path, board, serialNumber }: PortInfo): string =>
  printableLine(`${path}, ${board}, ${serialNumber}`);
