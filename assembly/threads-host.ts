// The import of the simd-threads build besides its memory, from a module of this file's name.

/**
 * Is called by thread 0 each time it has polled for other threads some thousand times; `round` counts the
 * calls of one wait. It returns to let the thread poll again, or throws.
 */
export declare function stalled(round: u32): void;
