/**
 * Times lanes that take turns, so that a busy machine slows all of them. A lane is `{ lane, run }`, or `{ lane, time }` if
 * it measures itself: `time(count)` gives the milliseconds of processor time of `count` runs.
 */

/**
 * @param {{ lane: string, run?: () => unknown, time?: (count: number) => Promise<number> }[]} lanes
 * @param {{ rounds: number, roundMs: number, warmUpMs: number }} effort each round times each lane for at least `roundMs`
 * @returns {Promise<{ lane: string, samples: number[] }[]>} milliseconds a run, one a round
 */
export async function measure(lanes, { rounds, roundMs, warmUpMs }) {
  const timers = lanes.map(({ run, time }) => time ?? ((count) => timeOf(run, count)));
  const counts = [];
  for (const time of timers) counts.push(await warmUp(time, roundMs, warmUpMs));
  const measured = lanes.map(({ lane }) => ({ lane, samples: [] }));
  for (let round = 0; round < rounds; round++)
    for (const [i, time] of timers.entries()) measured[i].samples.push((await time(counts[i])) / counts[i]);
  return measured;
}

/** Measures processor time: other programs on the machine do not count. */
export async function timeOf(run, count) {
  const started = process.cpuUsage();
  for (let i = 0; i < count; i++) {
    const pending = run();
    if (pending) await pending;
  }
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

/** Runs until the compiler is done, and returns how many runs fill a round. */
async function warmUp(time, roundMs, warmUpMs) {
  for (let spent = 0; spent < warmUpMs; ) spent += Math.max(await time(1), warmUpMs / 10_000);
  let count = 1;
  while ((await time(count)) < roundMs) count *= 2;
  return count;
}
