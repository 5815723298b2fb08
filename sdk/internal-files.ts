/**
 * The file helpers that the other packages of bd-edge need, for Node only. They can change with any version.
 *
 * @module @bd-edge/sdk/internal/files
 */

export { isAlive } from './files/is-alive.js';
export { MAX_FILE_BYTES, MAX_JSON_BYTES, readRegularFile, readTextFile } from './files/read-file.js';
export { writeFileWhole } from './files/write-file.js';
