/**
 * The internal entry point for the other packages of bd-edge. It is not part of the public API and may change in any
 * version.
 *
 * @module @bd-edge/compile/internal
 */
export { takeModule, WABT_VERSION } from './native/module-code.js';
export { wasm2c } from './native/wasm2c.js';
