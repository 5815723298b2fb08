// What the simd-threads build imports besides its memory, from a module of this file's name.

/**
 * Thread 0 has waited for other threads for some thousand looks; `round` counts such calls within one wait. Returns for
 * it to look again, or throws.
 */
export declare function stalled(round: u32): void;
