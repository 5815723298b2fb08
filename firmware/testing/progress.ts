/** The time between two lines, so that a run of minutes shows that it continues. */
const INTERVAL_MS = 10_000;

/** Returns a function that prints how much is done, at most every ten seconds. @param what what is counted */
export function progress(what: string, total: number): (done: number) => void {
  let last = performance.now();
  return (done) => {
    if (performance.now() - last < INTERVAL_MS) return;
    last = performance.now();
    console.log(`${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} ${what}`);
  };
}

/** Returns the seed of a random test, which it prints: BD_EDGE_FUZZ_SEED, or a random one. */
export const fuzzSeed = (): number =>
  Number(process.env.BD_EDGE_FUZZ_SEED ?? Math.floor(Math.random() * 0x7fffffff));
