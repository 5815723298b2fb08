/**
 * What the other packages of bd-edge need of this one beyond its public API. It promises nothing to anybody else:
 * names come and go with any version.
 *
 * @module @bd-edge/compile/internal
 */
export { takeModule } from './native/wasm2c.js';
