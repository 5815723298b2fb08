import { invalidPort, portError } from './port-errors.js';
import { requireNode } from './require-node.js';
import { StreamTransport } from './stream.js';
import type { Transport } from './transport.js';

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Connects to a raw TCP port: a simulator, a terminal server, a debug probe's serial bridge.
 *
 * @param url `socket://host:port`
 * @throws {UsageError} `invalid-port` if `url` has another form
 * @throws {DeviceError} `port-not-found` or `port-open-failed`
 * @throws {MissingDependencyError} in a browser
 */
export async function openTcp(url: string): Promise<Transport> {
  const { host, port } = parseSocketUrl(url);
  const { connect } = requireNode('node:net', 'TCP');
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => {
      socket.destroy();
      reject(portError('port-not-found', url, `No response from ${url}; check that its host is reachable.`));
    });
    const onError = (error: NodeJS.ErrnoException) => reject(openingError(url, error));
    socket.once('error', onError);
    socket.once('connect', () => {
      socket.off('error', onError);
      socket.setTimeout(0);
      // Requests are small, and each one waits for its reply.
      socket.setNoDelay(true);
      resolve(new StreamTransport(url, socket, socket));
    });
  });
}

function parseSocketUrl(url: string): { host: string; port: number } {
  const match = /^socket:\/\/(?:\[([^\]]+)\]|([^:/]+)):(\d+)\/?$/.exec(url);
  const port = Number(match?.[3]);
  if (!match || port < 1 || port > 65535) {
    throw invalidPort(url, `${url} is not a TCP port; use the form socket://host:port.`);
  }
  return { host: match[1] ?? match[2], port };
}

function openingError(url: string, cause: NodeJS.ErrnoException): Error {
  const notFound = (message: string) => portError('port-not-found', url, message, cause);
  switch (cause.code) {
    case 'ECONNREFUSED':
      return notFound(`Nothing listens at ${url}; start the board or its bridge first.`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return notFound(`The host of ${url} has no address; check its name.`);
    default:
      return portError('port-open-failed', url, `${url} could not be opened: ${cause.message}.`, cause);
  }
}
