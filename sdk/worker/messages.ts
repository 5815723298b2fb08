import type { Classification, ClassifyOptions } from '../engine/classify.js';
import type { LoadOptions, Network, Result } from '../engine/network.js';
import type { Pixels } from '../preprocess/pixels.js';
import { messageOf } from '../realm.js';

/** Pictures that a message can carry. */
export type SendableImage = Pixels | ImageBitmap | VideoFrame;

/** The requests of a page to its worker: first to load, then to run. */
export type Request =
  | { id: number; load: { model: Uint8Array; options: LoadOptions } }
  | { id: number; classify: SendableImage; options?: ClassifyOptions }
  | { id: number; image: Uint8Array }
  | { id: number; images: readonly Uint8Array[] };

/** The fields of a loaded network. */
export type Facts = Omit<Network, 'classify' | 'run' | 'runBatch' | 'close' | typeof Symbol.dispose>;

/**
 * The reply to the request with the same number. Errors are sent as their fields; {@link reviveError}
 * rebuilds them.
 */
export type Reply = { id: number } & (
  | { result: Facts | Classification[] | Result | Result[] }
  | { error: SentError }
);

export interface SentError {
  name: string;
  message: string;
  [field: string]: unknown;
}

/** Returns the fields of an error that a message can carry; it cannot carry the class or the cause. */
export function sendableError(error: unknown): SentError {
  if (typeof error !== 'object' || error === null) return { name: 'Error', message: String(error) };
  const fields = Object.entries(error).filter(([, value]) => isCloneable(value));
  return {
    ...Object.fromEntries(fields),
    name: String((error as Error).name ?? 'Error'),
    message: messageOf(error),
  };
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
