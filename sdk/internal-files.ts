/**
 * The file helpers that the other packages of bd-edge need, for Node only. They can change with any version.
 *
 * @module @bd-edge/sdk/internal/files
 */
export { writeFileWhole } from './files/write-file.js';
