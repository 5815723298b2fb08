/**
 * Times lanes that take turns: whatever slows the machine down for a while slows all of them. A lane is `{ lane, run }`,
 * or `{ lane, time }` where it times itself: milliseconds of processor time of so many runs.
 */

/**
 * @param {{ lane: string, run?: () => unknown, time?: (count: number) => Promise<number> }[]} lanes
 * @param {{ rounds: number, roundMs: number, warmUpMs: number }} effort each round times each lane for at least so long
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

/** Processor time: what else the machine is busy with must not count. */
export async function timeOf(run, count) {
  const started = process.cpuUsage();
  for (let i = 0; i < count; i++) {
    const pending = run();
    if (pending) await pending;
  }
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

/** Runs until the compiler is done, and says how many runs fill a round. */
async function warmUp(time, roundMs, warmUpMs) {
  for (let spent = 0; spent < warmUpMs; ) spent += Math.max(await time(1), warmUpMs / 10_000);
  let count = 1;
  while ((await time(count)) < roundMs) count *= 2;
  return count;
}
