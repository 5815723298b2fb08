export type { Agreement } from './agreement.js';
export { type Exported, type ExportOptions, type ExportWarning, exportModel } from './export-model.js';
