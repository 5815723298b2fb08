import { DEFAULT_BAUD } from './baud.js';
import { invalidPort } from './port-errors.js';
import { Rfc2217Transport } from './rfc2217-transport.js';
import { connectTcp, parseTcpUrl } from './tcp.js';
import type { Transport } from './transport.js';

export interface Rfc2217Options {
  /** The baud rate. Default: 115200 */
  baud?: number;
  /** Closes the connection if the port is not open yet. */
  signal?: AbortSignal;
}

/** The time in ms for the server to accept the option, and then to set the port. */
const TIMEOUT_MS = 5000;

/**
 * Opens a serial port of another computer by RFC 2217, with 8 data bits, no parity, 1 stop bit, no flow control, and
 * DTR and RTS set. Servers are ser2net, pyserial's `rfc2217_server.py`, labgrid's exporter and many terminal servers.
 *
 * @param url `rfc2217://host:port`, also with `?timeout=SECONDS`; pyserial's `ign_set_control` is accepted and changes
 *   nothing, since replies about DTR and RTS are not waited for
 * @throws {UsageError} `invalid-port` if `url` has another form
 * @throws {DeviceError} `port-not-found`, `port-busy` or `port-open-failed`
 * @throws {DeviceError} `rfc2217-refused` if the server rejects the option
 * @throws {DeviceError} `not-rfc2217` if the server does not reply to it
 * @throws {DeviceError} `port-setting-rejected` if the port has another setting, such as the baud rate, than requested
 * @throws {InvalidResponseError} if the server sends what RFC 2217 does not allow, or too much
 * @throws {ConnectionLostError} if the server closes the connection
 * @throws {MissingDependencyError} in a browser
 */
export async function openRfc2217(
  url: string,
  { baud = DEFAULT_BAUD, signal }: Rfc2217Options = {},
): Promise<Transport> {
  const { query, ...address } = parseTcpUrl(url, 'rfc2217');
  const timeoutMs = parseTimeout(url, query);
  const transport = new Rfc2217Transport(await connectTcp(url, address));
  const abort = () => void transport.close();
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await transport.start(baud, timeoutMs);
  } catch (error) {
    await transport.close();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
  return transport;
}

/** Returns the value of `timeout` in ms. */
function parseTimeout(url: string, query: string): number {
  let timeoutMs = TIMEOUT_MS;
  for (const part of query.split('&').filter((part) => part !== '')) {
    const [, seconds] = /^timeout=(\d+(?:\.\d+)?)$/.exec(part) ?? [];
    if (seconds !== undefined && Number(seconds) > 0) timeoutMs = 1000 * Number(seconds);
    else if (part !== 'ign_set_control') {
      throw invalidPort(url, `${part} is not an option of ${url}; use timeout=SECONDS or ign_set_control.`);
    }
  }
  return timeoutMs;
}
