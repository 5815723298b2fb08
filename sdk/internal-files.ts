/**
 * What the other packages of bd-edge need for files, in Node only. It promises nothing to anybody else.
 *
 * @module @bd-edge/sdk/internal/files
 */
export { DiskFullError, writeFileWhole } from './files/write-file.js';
