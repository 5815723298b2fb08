import { LineLostError } from '../transports/errors.js';
import type { Transport } from '../transports/transport.js';

/** What goes wrong on a line. Chances are for each byte, from 0 to 1; each defaults to 0. */
export interface LineFaults {
  /** The same seed and the same bytes give the same faults. */
  seed: number;
  drop?: number;
  duplicate?: number;
  /** The byte is replaced by another. */
  corrupt?: number;
  /** What follows arrives on its own. */
  split?: number;
  /** Each piece waits up to so long, in ms; their order stays. Default: 0 */
  delayMs?: number;
  /** After so many bytes, both ways together, the line is lost for good. Default: never */
  cutAfter?: number;
}

/** A line that loses, repeats, changes, splits and delays bytes, both ways, and is cut in the end. */
export function faultyLine(line: Transport, faults: LineFaults): Transport {
  const { seed, drop = 0, duplicate = 0, corrupt = 0, split = 0, delayMs = 0, cutAfter = Infinity } = faults;
  const random = mulberry32(seed);
  let carried = 0;
  let lost: Error | undefined;
  let cut: (reason: Error) => void;
  const cutting = new Promise<Error>((resolve) => {
    cut = resolve;
  });

  /** The pieces that are left of these bytes. */
  function damage(bytes: Uint8Array): Uint8Array[] {
    const pieces: number[][] = [[]];
    for (const byte of bytes) {
      if (carried++ >= cutAfter) {
        lost = new LineLostError(line.name, 'it was cut');
        cut(lost);
        void line.close();
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

  /** Hands on what is left of the bytes, piece by piece, behind what came before. */
  function lane(deliver: (piece: Uint8Array) => void | Promise<void>) {
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
    name: line.name,
    closed: Promise.race([cutting, line.closed]),
    onData(listener) {
      const inward = lane(listener);
      line.onData((bytes) => void inward(bytes).catch(() => {}));
    },
    write: lane((piece) => line.write(piece)),
    close: () => line.close(),
  };
}

/** A small generator of numbers from 0 to 1, by its seed; by Tommy Ettinger. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
