/** The time between two lines, so that a run of minutes shows that it continues. */
const INTERVAL_MS = 10_000;

/**
 * Returns a function that prints how much is done, at most every ten seconds. It has to be awaited: what a test prints
 * appears when the test waits.
 *
 * @param what what is counted
 */
export function progress(what: string, total: number): (done: number) => Promise<void> {
  let last = performance.now();
  return async (done) => {
    await new Promise((resolve) => setImmediate(resolve));
    if (performance.now() - last < INTERVAL_MS) return;
    last = performance.now();
    console.log(`${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} ${what}`);
  };
}

/** Returns the seed of a random test, which it prints: BD_EDGE_FUZZ_SEED, or a random one. */
export const fuzzSeed = (): number =>
  Number(process.env.BD_EDGE_FUZZ_SEED ?? Math.floor(Math.random() * 0x7fffffff));
