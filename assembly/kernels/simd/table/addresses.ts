import { ENGINE_STATIC_BYTES, TABLE_AREA_BYTES } from '../../../layout';
import { thisThread } from '../../../thread';

// The table kernel's tables lie before the model, each thread's in an area of its own: at addresses that are known when the
// kernel is compiled, so that loads have them as their immediate offset, and no tap needs an addition.

/** The first thread's. */
export const TABLES: usize = ENGINE_STATIC_BYTES;
export const SECOND_TABLES: usize = TABLES + TABLE_AREA_BYTES;

/**
 * The same as types, of different sizes: an immediate offset has to be a constant, and types are the only constants that a
 * function can be made for.
 */
export type First = u8;
export type Second = u16;
/** Only the running thread knows. */
export type Anywhere = u32;

/** This thread's. */
export function ownTables(): usize {
  return TABLES + thisThread() * TABLE_AREA_BYTES;
}

/** Where a model begins: behind the tables of so many threads. */
export function tablesEnd(threads: u32): usize {
  return TABLES + threads * TABLE_AREA_BYTES;
}
