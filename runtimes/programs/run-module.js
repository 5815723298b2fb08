const decode = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** Runs compiled modules, one for each case (docs/compile.md). @returns the logits: [case][image][logit] */
export async function runModules(modules, cases) {
  const logits = [];
  for (const [i, { images }] of cases.entries()) {
    const { exports } = await WebAssembly.instantiate(modules[i]);
    const view = new Uint8Array(exports.memory.buffer, exports.input(), exports.inputBytes());
    const out = new Int32Array(exports.memory.buffer, exports.logits(), exports.logitCount());
    logits.push(
      images.map((image) => {
        view.set(decode(image));
        exports.run();
        return [...out];
      }),
    );
  }
  return logits;
}
