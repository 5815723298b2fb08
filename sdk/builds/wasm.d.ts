/**
 * An imported wasm file: a module, an address or bytes, depending on the runtime or bundler. {@link load}
 * accepts all.
 */
declare module '*.wasm' {
  const engine: import('../engine/compile.js').EngineSource;
  export default engine;
}
