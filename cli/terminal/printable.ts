/** Makes texts from files and boards printable (sdk/printable.ts). */
export { printable, printableJson, printableLine } from '@bd-edge/sdk/internal';
