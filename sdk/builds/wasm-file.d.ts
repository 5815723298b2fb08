/** What `bd-edge/mvp.wasm` and `bd-edge/simd.wasm` are by `import`: a runtime or bundler makes a module, an address or bytes of them. */
declare const engine: import('bd-edge').EngineSource;
export default engine;
