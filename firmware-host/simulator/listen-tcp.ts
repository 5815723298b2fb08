import type { Server } from 'node:net';
import { PortBusyError, PortNameError, PortOpenError } from '../transports/errors.js';
import { requireNode } from '../transports/require-node.js';
import { StreamTransport } from '../transports/stream.js';
import type { Transport } from '../transports/transport.js';

/** A place where a simulated board can be reached. */
export interface Listener {
  /** The name that opens a line to the board: `socket://host:port`, or a path. */
  readonly name: string;
  /** Stops listening, and closes the line if there is one. The board goes on. */
  close(): Promise<void>;
}

/**
 * Lets other programs reach a board by TCP. A new connection takes the line over from the one before.
 *
 * @param address `host:port`; port 0 takes a free one, which the result names
 * @throws {PortNameError} if the address is not one
 * @throws {PortBusyError | PortOpenError} if the system refuses it
 * @throws {MissingPartError} where there is no TCP, in a browser
 */
export async function listenTcp(board: { attach(end: Transport): void }, address: string): Promise<Listener> {
  const { host, port } = parseAddress(address);
  const { createServer } = requireNode('node:net', 'Listening for TCP');
  const lines = new Set<StreamTransport>();
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    const line = new StreamTransport(address, socket, socket);
    lines.add(line);
    void line.closed.then(() => lines.delete(line));
    board.attach(line);
  });
  const actual = await listening(server, host, port, address);
  return {
    name: `socket://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    async close() {
      const ended = new Promise((resolve) => server.close(resolve));
      await Promise.all([...lines].map((line) => line.close()));
      await ended;
    },
  };
}

function parseAddress(address: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(address);
  const port = Number(match?.[3]);
  if (!match || port > 65535) {
    throw new PortNameError(address, `${address} is not an address; write it as 127.0.0.1:8730.`);
  }
  return { host: match[1] ?? match[2], port };
}

function listening(server: Server, host: string, port: number, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === 'EADDRINUSE'
          ? new PortBusyError(address, `${address} is in use; choose another port.`, { cause })
          : new PortOpenError(address, `Cannot listen at ${address}: ${cause.message}.`, { cause }),
      ),
    );
    server.listen(port, host, () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
    });
  });
}
