import type { AddressInfo, Server, Socket } from 'node:net';
import { concat } from '../link/bytes.js';
import { invalidPort, portError } from '../transports/port-errors.js';
import { requireNode } from '../transports/require-node.js';
import { StreamTransport } from '../transports/stream.js';
import type { Transport } from '../transports/transport.js';
import { openingOf } from './opening.js';

/** An address at which a board is available. */
export interface Listener {
  /** The address for `openPort`: `socket://host:port`, or a path. */
  readonly name: string;
  /** Whether only programs on this computer reach the address. */
  readonly isLocal: boolean;
  /** Stops listening and closes the connection. The board continues to run. */
  close(): Promise<void>;
}

/** The time for the first frame of a connection. */
const OPENING_MS = 5000;

/** The time that a closed connection has to end before another one is refused. */
const RELEASE_MS = 100;

/**
 * The number of connections that have not sent their first frame. With more, the oldest one is closed: a client sends
 * its first frame at once, and a port scan does not keep it out.
 */
const MAX_OPENING = 16;

const BUSY = 'busy: another client is connected to this board\r\n';

/**
 * Makes a board available to other programs by TCP, to one client at a time.
 *
 * A further client gets one line of text and is closed. A connection that does not start with a frame of the link is
 * closed without a reply, and does not count as a client.
 *
 * @param address `host:port`; port 0 selects a free port, see {@link Listener.name}
 * @throws {UsageError} `invalid-port`
 * @throws {DeviceError} `port-busy` or `port-open-failed`
 * @throws {MissingDependencyError} in a browser
 */
export async function listenTcp(board: { attach(end: Transport): void }, address: string): Promise<Listener> {
  const { host, port } = parseAddress(address);
  const { createServer } = requireNode('node:net', 'Listening for TCP');
  const sockets = new Set<Socket>();
  let client: StreamTransport | undefined;
  const opening = new Set<Socket>();

  const released = async () => {
    if (client) await Promise.race([client.closed, delay(RELEASE_MS)]);
  };
  const admit = async (socket: Socket) => {
    await released();
    if (client) return refuse(socket);
    if (opening.size >= MAX_OPENING) for (const oldest of [...opening].slice(0, 1)) oldest.destroy();
    opening.add(socket);
    const isProtocol = await opens(socket);
    opening.delete(socket);
    if (!isProtocol) return socket.destroy();
    await released();
    if (client) return refuse(socket);
    const transport = new StreamTransport(address, socket, socket);
    client = transport;
    void transport.closed.then(() => {
      client = undefined;
    });
    socket.once('end', () => void transport.close());
    board.attach(transport);
    socket.resume();
  };
  const server = createServer({ pauseOnConnect: true, noDelay: true, keepAlive: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    void admit(socket);
  });
  const bound = await listening(server, host, port, address);
  return {
    name: `socket://${host.includes(':') ? `[${host}]` : host}:${bound.port}`,
    isLocal: /^(127\.|::1$|::ffff:127\.)/.test(bound.address),
    async close() {
      const ended = new Promise((resolve) => server.close(resolve));
      await client?.close();
      for (const socket of sockets) socket.destroy();
      await ended;
    },
  };
}

/** Tells a client that the board has another one, and closes the connection. */
function refuse(socket: Socket): void {
  // With unread bytes, the end would discard the text.
  socket.resume();
  socket.end(BUSY);
  setTimeout(() => socket.destroy(), RELEASE_MS).unref();
}

/** Waits for the first frame, and leaves its bytes in the socket. Returns whether there is one. */
function opens(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    let bytes: Uint8Array = new Uint8Array();
    const settle = (result: boolean) => {
      clearTimeout(timer);
      socket.off('data', onData).off('close', onClose).pause();
      if (result) socket.unshift(bytes);
      resolve(result);
    };
    const onClose = () => settle(false);
    const onData = (more: Uint8Array) => {
      bytes = concat([bytes, more]);
      const opening = openingOf(bytes);
      if (opening !== 'incomplete') settle(opening === 'protocol');
    };
    const timer = setTimeout(onClose, OPENING_MS);
    socket.on('data', onData).once('close', onClose).resume();
  });
}

const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function parseAddress(address: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(address);
  const port = Number(match?.[3]);
  if (!match || port > 65535) {
    throw invalidPort(address, `${address} is not an address; use the form 127.0.0.1:8730.`);
  }
  return { host: match[1] ?? match[2], port };
}

function listening(server: Server, host: string, port: number, address: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === 'EADDRINUSE'
          ? portError('port-busy', address, `${address} is in use; choose another port.`, cause)
          : portError('port-open-failed', address, `Cannot listen at ${address}: ${cause.message}.`, cause),
      ),
    );
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}
