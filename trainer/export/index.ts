export type { Agreement } from './agreement.js';
export { UnsupportedLayerError } from './errors.js';
export { type Exported, type ExportOptions, exportModel } from './export-model.js';
export { NotFiniteError } from './fold.js';
