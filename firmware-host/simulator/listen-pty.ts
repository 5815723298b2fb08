import type { ChildProcess } from 'node:child_process';
import { MissingPartError, PortBusyError, PortOpenError } from '../transports/errors.js';
import { requireNode } from '../transports/require-node.js';
import { StreamTransport } from '../transports/stream.js';
import type { Transport } from '../transports/transport.js';
import type { Listener } from './listen-tcp.js';

/**
 * Lets other programs reach a board as a serial port: `socat` makes a pseudo-terminal, with a link to it
 * at `path`, that can be opened and closed as often as one likes.
 *
 * @throws {MissingPartError} if `socat` is not installed, or there are no programs at all, as in a browser
 * @throws {PortBusyError} if there is something at `path` already, other than a link that leads nowhere
 * @throws {PortOpenError} if it cannot make the port
 */
export async function listenPty(board: { attach(end: Transport): void }, path: string): Promise<Listener> {
  const { spawn } = requireNode('node:child_process', 'A simulated serial port');
  const { constants, existsSync, promises } = requireNode('node:fs', 'A simulated serial port');
  // socat would put its link in the place of whatever is there.
  if (existsSync(path))
    throw new PortBusyError(path, `${path} exists already; remove it or choose another path.`);
  const child = spawn('socat', ['-d', '-d', `PTY,raw,echo=0,link=${quoted(path)}`, 'STDIO']);
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  await started(child, path);
  // While nobody has it open, a pseudo-terminal is at its end and socat would stop. So it is always open here.
  const held = await promises.open(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  const line = new StreamTransport(path, child.stdout, child.stdin);
  board.attach(line);
  return {
    name: path,
    async close() {
      child.kill();
      await exited;
      await held.close();
      await line.close();
    },
  };
}

/** Returns once socat passes bytes on. */
function started(child: ChildProcess, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (bytes: Uint8Array) => {
      said += new TextDecoder().decode(bytes);
      if (said.includes('starting data transfer loop')) resolve();
    });
    child.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === 'ENOENT'
          ? new MissingPartError(
              'A simulated serial port needs the program socat, which is not installed; ' +
                'run `apt-get install socat` (Debian, Ubuntu) or `brew install socat` (macOS).',
              { cause },
            )
          : new PortOpenError(path, `socat does not start: ${cause.message}.`, { cause }),
      ),
    );
    child.once('close', () => {
      const reason = / E (.*)/.exec(said)?.[1] ?? 'it gave no reason';
      reject(new PortOpenError(path, `socat could not make the port ${path}: ${reason}.`));
    });
  });
}

/** socat's addresses give these characters a meaning. */
const quoted = (path: string): string => path.replace(/[\\,:!"'([{]/g, '\\$&');
