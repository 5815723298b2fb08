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
  const { query, ...address } = parseTcpUrl(url, 'socket');
  if (query !== '') throw invalidPort(url, `socket:// has no options; received ?${query}.`);
  return connectTcp(url, address);
}

export interface TcpAddress {
  host: string;
  port: number;
}

/**
 * Connects to a TCP port.
 *
 * @param url the name of the transport, for messages
 * @throws as {@link openTcp}
 */
export async function connectTcp(url: string, { host, port }: TcpAddress): Promise<Transport> {
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

/**
 * Returns the parts of `SCHEME://host:port?query`. An IPv6 address is in brackets.
 *
 * @throws {UsageError} `invalid-port`
 */
export function parseTcpUrl(url: string, scheme: string): TcpAddress & { query: string } {
  const [, name, ipv6, host, digits, query = ''] =
    /^([a-z\d]+):\/\/(?:\[([^\]]+)\]|([^:/?]+)):(\d+)\/?(?:\?(.*))?$/.exec(url) ?? [];
  const port = Number(digits);
  if (name !== scheme || !(port >= 1 && port <= 65535)) {
    throw invalidPort(url, `${url} is not a TCP port; use the form ${scheme}://host:port.`);
  }
  return { host: ipv6 ?? host, port, query };
}

/** The reasons that Node gives without words: a host with several addresses has an error for each. */
const REASONS: Readonly<Record<string, string>> = {
  EHOSTUNREACH: 'its host cannot be reached',
  ENETUNREACH: 'its network cannot be reached',
  EHOSTDOWN: 'its host is off',
  ETIMEDOUT: 'there was no response',
  ECONNRESET: 'the other side closed the connection',
  ECONNABORTED: 'the connection was cut',
  EACCES: 'a firewall does not allow it',
  EPERM: 'a firewall does not allow it',
};

/** Returns the errors of all addresses of a host. */
function causesOf(cause: NodeJS.ErrnoException): NodeJS.ErrnoException[] {
  const { errors } = cause as NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] };
  return Array.isArray(errors) && errors.length > 0 ? errors : [cause];
}

function reasonOf(cause: NodeJS.ErrnoException): string {
  const reasons = causesOf(cause).map(({ code = '', message }) => REASONS[code] ?? (message || code));
  return [...new Set(reasons)].filter(Boolean).join('; ') || 'the system gives no reason';
}

export function openingError(url: string, cause: NodeJS.ErrnoException): Error {
  const notFound = (message: string) => portError('port-not-found', url, message, cause);
  // If all addresses refuse, nothing listens. Otherwise another reason says more.
  const codes = causesOf(cause).map(({ code }) => code);
  switch (codes.find((code) => code !== 'ECONNREFUSED') ?? codes[0]) {
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return notFound(`${url} could not be opened: ${reasonOf(cause)}; check its power and its network.`);
    case 'ECONNREFUSED':
      return notFound(`Nothing listens at ${url}; start the board or its bridge first.`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return notFound(`The host of ${url} has no address; check its name.`);
    default:
      return portError('port-open-failed', url, `${url} could not be opened: ${reasonOf(cause)}.`, cause);
  }
}
