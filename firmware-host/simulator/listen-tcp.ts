import type { Server } from 'node:net';
import { invalidPort, portError } from '../transports/port-errors.js';
import { requireNode } from '../transports/require-node.js';
import { StreamTransport } from '../transports/stream.js';
import type { Transport } from '../transports/transport.js';

/** An address at which a board is available. */
export interface Listener {
  /** The address for `openPort`: `socket://host:port`, or a path. */
  readonly name: string;
  /** Stops listening and closes the connection. The board continues to run. */
  close(): Promise<void>;
}

/**
 * Makes a board available to other programs by TCP. A new connection replaces the previous one.
 *
 * @param address `host:port`; port 0 selects a free port, see {@link Listener.name}
 * @throws {UsageError} `invalid-port`
 * @throws {DeviceError} `port-busy` or `port-open-failed`
 * @throws {MissingDependencyError} in a browser
 */
export async function listenTcp(board: { attach(end: Transport): void }, address: string): Promise<Listener> {
  const { host, port } = parseAddress(address);
  const { createServer } = requireNode('node:net', 'Listening for TCP');
  const transports = new Set<StreamTransport>();
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    const transport = new StreamTransport(address, socket, socket);
    transports.add(transport);
    void transport.closed.then(() => transports.delete(transport));
    board.attach(transport);
  });
  const actual = await listening(server, host, port, address);
  return {
    name: `socket://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    async close() {
      const ended = new Promise((resolve) => server.close(resolve));
      await Promise.all([...transports].map((transport) => transport.close()));
      await ended;
    },
  };
}

function parseAddress(address: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(address);
  const port = Number(match?.[3]);
  if (!match || port > 65535) {
    throw invalidPort(address, `${address} is not an address; use the form 127.0.0.1:8730.`);
  }
  return { host: match[1] ?? match[2], port };
}

function listening(server: Server, host: string, port: number, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === 'EADDRINUSE'
          ? portError('port-busy', address, `${address} is in use; choose another port.`, cause)
          : portError('port-open-failed', address, `Cannot listen at ${address}: ${cause.message}.`, cause),
      ),
    );
    server.listen(port, host, () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
    });
  });
}
