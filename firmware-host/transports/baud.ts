/** Bits a second of `bd-edge`'s boards, where they do not say otherwise. */
export const DEFAULT_BAUD = 115200;
