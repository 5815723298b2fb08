import { ENGINE_STATIC_BYTES, TABLE_AREA_BYTES } from '../../../layout';
import { thisThread } from '../../../thread';

// The table kernel's tables lie before the model, those of each thread in an area of its own. Their addresses
// are known when the kernel is compiled, so loads have them as immediate offsets, and no tap needs an
// addition.

/** The tables of the first thread, and of the second. */
export const TABLES: usize = ENGINE_STATIC_BYTES;
export const SECOND_TABLES: usize = TABLES + TABLE_AREA_BYTES;

/**
 * The same as types of different sizes. An immediate offset has to be a constant, and a type is the only kind
 * of constant that AssemblyScript can specialize a function for.
 */
export type First = u8;
export type Second = u16;
/** An address that only the running thread knows. */
export type Anywhere = u32;

/** Returns the address of this thread's tables. */
export function ownTables(): usize {
  return TABLES + thisThread() * TABLE_AREA_BYTES;
}

/** Returns the end of the tables of all threads, where the model begins. */
export function tablesEnd(threads: u32): usize {
  return TABLES + threads * TABLE_AREA_BYTES;
}
