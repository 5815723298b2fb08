export { type Account, account, BINARY_MACS_A_FLOAT_MAC, UnaccountableModelError } from './account.js';
export type { Content, LayerAccount } from './layer-account.js';
