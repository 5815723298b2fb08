import { Mulberry32 } from '@bd-edge/sdk/internal';
import { ConnectionLostError } from '../errors.js';
import type { Transport } from '../transports/transport.js';

/** Faults of a transport. Probabilities are per byte, from 0 to 1; each defaults to 0. */
export interface TransportFaults {
  /** The same seed and the same bytes give the same faults. */
  seed: number;
  drop?: number;
  duplicate?: number;
  /** Replaces the byte by another. */
  corrupt?: number;
  /** Starts a new piece after the byte. */
  split?: number;
  /** The maximum delay of each piece in ms; the order stays. Default: 0 */
  delayMs?: number;
  /** The number of bytes, in both directions together, after which the connection is lost. Default: never */
  cutAfter?: number;
}

/** Wraps a transport so that it loses, repeats, changes, splits and delays bytes in both directions, and ends. */
export function faultyTransport(transport: Transport, faults: TransportFaults): Transport {
  const { seed, drop = 0, duplicate = 0, corrupt = 0, split = 0, delayMs = 0, cutAfter = Infinity } = faults;
  const generator = new Mulberry32(seed);
  const random = () => generator.next();
  let carried = 0;
  let lost: Error | undefined;
  let cut: (reason: Error) => void;
  const cutting = new Promise<Error>((resolve) => {
    cut = resolve;
  });

  /** Returns the pieces that remain of these bytes. */
  function damage(bytes: Uint8Array): Uint8Array[] {
    const pieces: number[][] = [[]];
    for (const byte of bytes) {
      if (carried++ >= cutAfter) {
        lost = new ConnectionLostError(transport.name, 'it was cut');
        cut(lost);
        void transport.close();
        break;
      }
      if (random() < split) pieces.push([]);
      const piece = pieces[pieces.length - 1];
      if (random() < drop) continue;
      const arriving = random() < corrupt ? byte ^ (1 + Math.floor(random() * 255)) : byte;
      piece.push(arriving);
      if (random() < duplicate) piece.push(arriving);
    }
    return pieces.filter((piece) => piece.length > 0).map((piece) => Uint8Array.from(piece));
  }

  const delay = () =>
    delayMs === 0 ? undefined : new Promise((resolve) => setTimeout(resolve, random() * delayMs));

  /** Delivers the remaining bytes in pieces, after the previous ones. */
  function direction(deliver: (piece: Uint8Array) => void | Promise<void>) {
    let before: Promise<void> = Promise.resolve();
    return (bytes: Uint8Array): Promise<void> => {
      const pieces = damage(bytes);
      before = before
        .catch(() => {})
        .then(async () => {
          for (const piece of pieces) {
            await delay();
            await deliver(piece);
          }
          if (lost) throw lost;
        });
      return before;
    };
  }

  return {
    name: transport.name,
    closed: Promise.race([cutting, transport.closed]),
    onData(listener) {
      const inward = direction((piece) => void listener(piece));
      transport.onData((bytes) => void inward(bytes).catch(() => {}));
    },
    write: direction((piece) => transport.write(piece)),
    close: () => transport.close(),
  };
}
