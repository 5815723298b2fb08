import type { Transport } from '../transports/transport.js';

/** With more bytes than this waiting for a client that does not read, a board reads nothing from it. */
export const MAX_WAITING_BYTES = 65536;

/** With more bytes than this waiting, the connection is closed: the board prints without being asked. */
export const MAX_QUEUED_BYTES = 1048576;

/**
 * Wraps the board's end of a transport so that a client that does not read its replies uses a limited amount of memory:
 * no more requests are read from it, and in the end it is disconnected.
 */
export function boundOutput(transport: Transport): Transport {
  let queued = 0;
  let waiting: (() => void)[] = [];
  const sent = (bytes: number) => {
    queued -= bytes;
    if (queued > MAX_WAITING_BYTES) return;
    for (const proceed of waiting) proceed();
    waiting = [];
  };
  const room = () => new Promise<void>((resolve) => waiting.push(resolve));
  return {
    name: transport.name,
    closed: transport.closed,
    onData: (listener) =>
      transport.onData((bytes) => {
        const taken = listener(bytes);
        return queued > MAX_WAITING_BYTES ? Promise.all([taken, room()]) : taken;
      }),
    write(bytes) {
      queued += bytes.length;
      if (queued > MAX_QUEUED_BYTES) void transport.close();
      return transport.write(bytes).finally(() => sent(bytes.length));
    },
    close: () => transport.close(),
  };
}
