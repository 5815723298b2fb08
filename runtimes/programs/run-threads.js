const decode = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/**
 * Runs every image of every case on more than one thread, alone and in a batch.
 *
 * @param load `load` or `loadInWorker`
 * @returns the builds that ran, and the logits of both: [case][image][logit]
 */
export async function runThreads(load, cases, threads) {
  const builds = new Set();
  const logits = [];
  const batches = [];
  for (const { model, images } of cases) {
    const network = await load(decode(model), { threads });
    builds.add(`${network.build}, ${network.threads}`);
    const decoded = images.map(decode);
    const alone = [];
    for (const image of decoded) alone.push(await network.run(image));
    const batch = await network.runBatch(decoded);
    network.close();
    logits.push(alone.map((result) => [...result.logits]));
    batches.push(batch.map((result) => [...result.logits]));
  }
  return { builds: [...builds], logits, batches };
}
