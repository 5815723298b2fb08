/**
 * The numbers of the format and the engine, for the other packages of bd-edge. They can change with any version. It is
 * an entry of its own because bundlers cannot remove unused members of a namespace that shares a file with other code.
 *
 * @module @bd-edge/sdk/internal/layout
 */
export * from '../assembly/layout.js';
