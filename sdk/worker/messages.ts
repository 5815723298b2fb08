import type { LoadOptions, Network, Result } from '../engine/network.js';

/** What a page asks of its worker: first to load, then to run. */
export type Request =
  | { id: number; load: { model: Uint8Array; options: LoadOptions } }
  | { id: number; image: Uint8Array }
  | { id: number; images: readonly Uint8Array[] };

/** What is known of a loaded network. */
export type Facts = Omit<Network, 'run' | 'runBatch' | 'close'>;

/** The answer to the request with the same number. Errors travel as their fields; {@link reviveError} rebuilds them. */
export type Reply = { id: number } & ({ result: Facts | Result | Result[] } | { error: SentError });

export interface SentError {
  name: string;
  message: string;
  [field: string]: unknown;
}

/** An error's fields, which a message can carry; its class it cannot. */
export function sendableError(error: unknown): SentError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const fields = Object.entries(error).filter(([, value]) => typeof value !== 'object');
  return { ...Object.fromEntries(fields), name: error.name, message: error.message };
}
