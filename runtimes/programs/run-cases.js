const decode = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/**
 * Runs every image of every case.
 *
 * @param load the function of `@bd-edge/sdk`
 * @returns the builds that ran, and the logits: [case][image][logit]
 */
export async function runCases(load, cases, options) {
  const builds = new Set();
  const logits = [];
  for (const { model, images } of cases) {
    const network = await load(decode(model), options);
    builds.add(network.build);
    logits.push(images.map((image) => [...network.run(decode(image)).logits]));
  }
  return { builds: [...builds], logits };
}
