/** The name of the library that computes tensors. */
export type BackendName = 'native' | 'wasm';

/** A backend that is loaded and in use. */
export interface Backend {
  name: BackendName;
  /** A description with versions, such as `native TensorFlow 2.12 (tfjs-node 4.22)`. */
  description: string;
  /** Present if a faster backend did not load: the reason and the package to install. */
  hint?: string;
  /** The package that the hint names. */
  missingDependency?: string;
}

/** Shortens a version: `4.22.0` -> `4.22`. */
export const shortVersion = (version: string): string => version.split('.').slice(0, 2).join('.');
