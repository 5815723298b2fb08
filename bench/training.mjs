/**
 * Measures a step of training on this machine in each precision, on random pixels. The precisions take turns. The results
 * are medians of processor time and wall time per image.
 *
 *     node bench/training.mjs [--network vgg7] [--variant coupled] [--batch 128] [--rounds 5] [--json]
 */
import { parseArgs } from 'node:util';
import { buildNetwork, networkSpec, selectBackend, train } from '@bd-edge/trainer';
import { machine } from './machine.mjs';
import { random } from './networks.mjs';
import { median } from './statistics.mjs';

const { values: options } = parseArgs({
  options: {
    network: { type: 'string', default: 'vgg7' },
    variant: { type: 'string', default: 'coupled' },
    batch: { type: 'string', default: '128' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const STEPS = 5;
const batchSize = Number(options.batch);

const { description } = await selectBackend({ backend: 'native' });
const model = buildNetwork(
  networkSpec(options.network, { variant: /** @type {any} */ (options.variant) }),
  1,
);
const [, height, width, channels] = model.inputs[0].shape;
const set = randomImages(STEPS * batchSize);
const validation = randomImages(1);

const samples = { float32: [], bfloat16: [] };
for (let round = 0; round < Number(options.rounds); round++)
  for (const [precision, steps] of Object.entries(samples)) steps.push(...(await timeSteps(precision)));

const rows = Object.entries(samples).map(([precision, steps]) => ({
  precision,
  processorMs: median(steps.map(({ processor }) => processor)) / batchSize,
  wallMs: median(steps.map(({ wall }) => wall)) / batchSize,
}));
const [float32, bfloat16] = rows;
const ratio = float32.processorMs / bfloat16.processorMs;
if (options.json) console.log(JSON.stringify({ ...options, description, rows, ratio }, null, 2));
else {
  const { processor, load } = machine();
  console.log(
    `${options.network}, ${options.variant}, batch ${batchSize}; ${description}; ${processor}, ${load}`,
  );
  for (const { precision, processorMs, wallMs } of rows)
    console.log(`${precision}: ${processorMs.toFixed(2)} ms of processor, ${wallMs.toFixed(2)} ms an image`);
  console.log(`float32 takes ${ratio.toFixed(2)} times as much processor time as bfloat16`);
}

/** Times all steps but the first, in which the library prepares its code. */
async function timeSteps(precision) {
  const steps = [];
  let [wall, processor] = [performance.now(), process.cpuUsage()];
  await train(model, {
    ...{ train: set, validation, seed: 1, epochs: 1, batchSize, precision },
    optimizer: { kind: 'adam' },
    schedule: { kind: 'cosine', learningRate: 1e-3 },
    onProgress: ({ validationAccuracy }) => {
      if (validationAccuracy !== undefined) return;
      const { user, system } = process.cpuUsage(processor);
      steps.push({ wall: performance.now() - wall, processor: (user + system) / 1000 });
      [wall, processor] = [performance.now(), process.cpuUsage()];
    },
  });
  return steps.slice(1);
}

function randomImages(count) {
  const next = random(count);
  const images = Uint8Array.from({ length: count * height * width * channels }, () =>
    Math.floor(next() * 256),
  );
  const labels = Uint8Array.from({ length: count }, (_, i) => i % model.outputs[0].shape[1]);
  return { images, labels, count, height, width, channels };
}
