const decode = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** Runs compiled `.mjs` networks. @returns the logits: [case][image][logit] */
export async function runCompiled(cases, build) {
  const logits = [];
  for (const [i, { images }] of cases.entries()) {
    const { run } = await import(new URL(`./compiled-${build}-${i}.mjs`, import.meta.url).href);
    logits.push(images.map((image) => [...run(decode(image)).logits]));
  }
  return logits;
}
