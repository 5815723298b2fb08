import { PortNameError, PortNotFoundError, PortOpenError } from './errors.js';
import { requireNode } from './require-node.js';
import { StreamTransport } from './stream.js';
import type { Transport } from './transport.js';

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Connects to a raw TCP port: a simulator, a terminal server, a debug probe's serial bridge.
 *
 * @param url `socket://host:port`
 * @throws {PortNameError} if that is not what `url` looks like
 * @throws {PortNotFoundError} if nothing answers there
 * @throws {MissingPartError} where there is no TCP, in a browser
 */
export async function openTcp(url: string): Promise<Transport> {
  const { host, port } = parseSocketUrl(url);
  const { connect } = requireNode('node:net', 'TCP');
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => {
      socket.destroy();
      reject(
        new PortNotFoundError(url, `Nothing answered at ${url}; check its host, and that it is reachable.`),
      );
    });
    const onError = (error: NodeJS.ErrnoException) => reject(openingError(url, error));
    socket.once('error', onError);
    socket.once('connect', () => {
      socket.off('error', onError);
      socket.setTimeout(0);
      // Requests are small and each one waits for an answer.
      socket.setNoDelay(true);
      resolve(new StreamTransport(url, socket, socket));
    });
  });
}

function parseSocketUrl(url: string): { host: string; port: number } {
  const match = /^socket:\/\/(?:\[([^\]]+)\]|([^:/]+)):(\d+)\/?$/.exec(url);
  const port = Number(match?.[3]);
  if (!match || port < 1 || port > 65535) {
    throw new PortNameError(url, `${url} is not a TCP port; write it as socket://host:port.`);
  }
  return { host: match[1] ?? match[2], port };
}

function openingError(url: string, cause: NodeJS.ErrnoException): Error {
  switch (cause.code) {
    case 'ECONNREFUSED':
      return new PortNotFoundError(url, `Nothing listens at ${url}; start the board or its bridge first.`, {
        cause,
      });
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new PortNotFoundError(url, `The host of ${url} has no address; check its name.`, { cause });
    default:
      return new PortOpenError(url, `${url} could not be opened: ${cause.message}.`, { cause });
  }
}
