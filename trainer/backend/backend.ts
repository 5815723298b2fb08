/** The machinery that tensors are computed with. */
export type BackendName = 'native' | 'wasm';

/** A backend that is loaded and in use. */
export interface Backend {
  name: BackendName;
  /** For people, with versions: `native TensorFlow 2.12 (tfjs-node 4.22)`. */
  description: string;
  /** Where a faster one did not load: why, and what to do. */
  hint?: string;
}

/** `4.22.0` -> `4.22` */
export const shortVersion = (version: string): string => version.split('.').slice(0, 2).join('.');
