/**
 * What threads are worth: VGG-7, one image at a time and in batches, on 1 thread to as many as asked for. Lanes take
 * turns in one process, an image or a batch each. Wall time, since threads are to save just that: on a busy machine a
 * thread often waits for a core, so the fastest hundredth of a lane is printed beside its median.
 *
 *     node bench/threads.mjs [--threads 2] [--rounds 1001] [--json]
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { encodeModel, load, parseModel, referenceLogits } from '../dist/index.js';
import { random, vgg7Graph } from './networks.mjs';

const { values: options } = parseArgs({
  options: {
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '1001' },
    json: { type: 'boolean', default: false },
  },
});
const BATCH = 16;
const WARM_UP_MS = 1500;

const bytes = encodeModel(vgg7Graph());
const next = random(9);
const images = Array.from({ length: BATCH }, () =>
  Uint8Array.from({ length: 32 * 32 * 3 }, () => Math.floor(next() * 256)),
);
const expected = referenceLogits(parseModel(bytes), images[0]).join();

const lanes = [];
for (let threads = 1; threads <= Number(options.threads); threads++) {
  const network = await load(bytes, { threads });
  if (network.run(images[0]).logits.join() !== expected)
    throw new Error(`${threads} threads give wrong logits`);
  if (network.runBatch(images)[0].logits.join() !== expected) throw new Error('a batch gives wrong logits');
  lanes.push({ lane: 'image', threads, images: 1, run: () => network.run(images[0]) });
  lanes.push({ lane: 'batch', threads, images: BATCH, run: () => network.runBatch(images) });
}

for (const { run } of lanes)
  for (const started = performance.now(); performance.now() - started < WARM_UP_MS; ) run();
const samples = lanes.map(() => []);
for (let round = 0; round < Number(options.rounds); round++) {
  lanes.forEach(({ run, images }, i) => {
    const started = performance.now();
    run();
    samples[i].push((performance.now() - started) / images);
  });
}
const quantile = (sorted, share) => sorted[Math.floor(sorted.length * share)];
const times = samples
  .map((each) => each.sort((a, b) => a - b))
  .map((sorted) => ({ median: quantile(sorted, 0.5), fast: quantile(sorted, 0.01) }));
const rows = lanes.map(({ lane, threads }, i) => {
  const one = times[lanes.findIndex((other) => other.lane === lane)];
  const { median, fast } = times[i];
  return { lane, threads, ms: median, fastMs: fast, ratio: one.median / median, fastRatio: one.fast / fast };
});
if (options.json) console.log(JSON.stringify(rows, null, 2));
else {
  console.log(`load of the machine: ${loadavg()[0].toFixed(1)}`);
  for (const { lane, threads, ms, fastMs, ratio, fastRatio } of rows) {
    const numbers = `${ms.toFixed(3)} ms (${ratio.toFixed(2)} x), fastest hundredth ${fastMs.toFixed(3)} ms (${fastRatio.toFixed(2)} x)`;
    console.log(`${lane}, ${threads} thread${threads > 1 ? 's' : ''}: ${numbers}`);
  }
}
