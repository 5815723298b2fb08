/** A wasm file by `import`: what a runtime or bundler makes of it, a module, an address or bytes, `load` takes. */
declare module '*.wasm' {
  const engine: import('../engine/compile.js').EngineSource;
  export default engine;
}
