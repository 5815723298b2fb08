import { portError } from '../transports/port-errors.js';
import { requireNode } from '../transports/require-node.js';
import { ChildBoard } from './child-board.js';
import { emulationError } from './emulation-error.js';

/**
 * Runs firmware that was built for this machine, as a process.
 *
 * @param program the path of the firmware
 * @param store a file that keeps the board's flash; default: flash is lost when the process ends
 * @throws {DeviceError} `emulation-failed` if the process does not start
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
        reject(emulationError(`The firmware ${program} does not start: ${cause}.`));
      createInterface({ input: child.stdout }).once('line', (line) => {
        const [, port] = /:(\d+)$/.exec(line) ?? [];
        if (port === undefined) failed(`it printed "${line}" instead of its address`);
        else resolve(Number(port));
      });
      child.once('error', failed);
      child.once('exit', (code) => failed(`it exited with ${code}`));
      setTimeout(() => failed('it printed no address'), START_MS).unref();
    });
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', (cause) =>
        reject(portError('port-not-found', program, `${program} does not listen: ${cause.message}.`, cause)),
      );
    });
    return new ChildBoard("This machine's firmware", child, socket, () =>
      Promise.reject(emulationError('A board that is a process has no reset button; restart the process.')),
    );
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** The time for the firmware to start listening. */
const START_MS = 10_000;
