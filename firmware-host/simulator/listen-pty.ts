import type { ChildProcess } from 'node:child_process';
import { MissingDependencyError } from '@bd-edge/sdk/internal';
import { portError } from '../transports/port-errors.js';
import { requireNode } from '../transports/require-node.js';
import { StreamTransport } from '../transports/stream.js';
import type { Transport } from '../transports/transport.js';
import type { Listener } from './listen-tcp.js';

/**
 * Makes a board available to other programs as a serial port. `socat` creates a pseudo-terminal and a link to it at
 * `path`, which can be opened and closed repeatedly.
 *
 * @throws {MissingDependencyError} if `socat` is not installed, or in a browser
 * @throws {DeviceError} `port-busy` if `path` exists and is not a broken link; `port-open-failed`
 */
export async function listenPty(board: { attach(end: Transport): void }, path: string): Promise<Listener> {
  const { spawn } = requireNode('node:child_process', 'A simulated serial port');
  const { constants, existsSync, promises } = requireNode('node:fs', 'A simulated serial port');
  // socat would replace an existing file.
  if (existsSync(path)) {
    throw portError('port-busy', path, `${path} already exists; remove it or choose another path.`);
  }
  const child = spawn('socat', ['-d', '-d', `PTY,raw,echo=0,link=${quoted(path)}`, 'STDIO']);
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  await started(child, path);
  // A pseudo-terminal that nobody has open is at its end, and socat would stop. It stays open here.
  const held = await promises.open(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  const transport = new StreamTransport(path, child.stdout, child.stdin);
  board.attach(transport);
  return {
    name: path,
    isLocal: true,
    async close() {
      child.kill();
      await exited;
      await held.close();
      await transport.close();
    },
  };
}

/** Waits until socat forwards bytes. */
function started(child: ChildProcess, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stderr?.on('data', (bytes: Uint8Array) => {
      output += new TextDecoder().decode(bytes);
      if (output.includes('starting data transfer loop')) resolve();
    });
    child.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === 'ENOENT'
          ? new MissingDependencyError(
              'socat',
              'A simulated serial port needs the program socat, which is not installed; ' +
                'run `apt-get install socat` (Debian, Ubuntu) or `brew install socat` (macOS).',
              { cause },
            )
          : portError('port-open-failed', path, `socat does not start: ${cause.message}.`, cause),
      ),
    );
    child.once('close', () => {
      const reason = / E (.*)/.exec(output)?.[1] ?? 'it gave no reason';
      reject(portError('port-open-failed', path, `socat could not create the port ${path}: ${reason}.`));
    });
  });
}

/** Escapes characters that have a meaning in socat's addresses. */
const quoted = (path: string): string => path.replace(/[\\,:!"'([{]/g, '\\$&');
