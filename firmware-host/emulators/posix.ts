import { PortNotFoundError } from '../transports/errors.js';
import { requireNode } from '../transports/require-node.js';
import { ChildBoard } from './child-board.js';
import { EmulationError } from './errors.js';

/**
 * Runs the firmware that is built for this machine, as a process.
 *
 * @param program the path of the firmware
 * @param store a file that keeps the board's flash; default: it lasts as long as the process
 * @throws {EmulationError} if it does not start
 */
export async function startPosix(program: string, store?: string): Promise<ChildBoard> {
  const { spawn } = requireNode('node:child_process', 'An emulated board');
  const { connect } = requireNode('node:net', 'An emulated board');
  const { createInterface } = requireNode('node:readline', 'An emulated board');
  const child = spawn(program, ['--listen', '127.0.0.1:0', ...(store ? ['--flash', store] : [])], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    const port = await new Promise<number>((resolve, reject) => {
      const failed = (cause: unknown) =>
        reject(new EmulationError(`The firmware ${program} does not start: ${cause}.`));
      createInterface({ input: child.stdout }).once('line', (line) => {
        const [, port] = /:(\d+)$/.exec(line) ?? [];
        if (port === undefined) failed(`it says "${line}", and not where it listens`);
        else resolve(Number(port));
      });
      child.once('error', failed);
      child.once('exit', (code) => failed(`it ended with ${code}`));
      setTimeout(() => failed('it does not say where it listens'), START_MS).unref();
    });
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', (cause) =>
        reject(new PortNotFoundError(program, `${program} does not listen: ${cause.message}.`, { cause })),
      );
    });
    return new ChildBoard("This machine's firmware", child, socket, () =>
      Promise.reject(new EmulationError('A board that is a process has no reset button; start it anew.')),
    );
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** How long the firmware may take to listen. */
const START_MS = 10_000;
