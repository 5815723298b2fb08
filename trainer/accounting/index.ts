export { type Account, account, BINARY_MACS_PER_FLOAT_MAC } from './account.js';
export type { Content, LayerAccount } from './layer-account.js';
