/**
 * Measures how many images a second the trainer learns from, on each backend that loads: the coupled MNIST network with
 * Adam, on random images.
 *
 *     npm run build && node bench/backends.mjs [batch size, default 64] [steps, default 100]
 */
import { createNetwork, selectBackend, train } from '@bd-edge/trainer';

const batchSize = Number(process.argv[2] ?? 64);
const steps = Number(process.argv[3] ?? 100);
const WARM_UP = 10;

function randomImages(count) {
  const images = Uint8Array.from({ length: count * 28 * 28 }, () => Math.random() * 256);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  return { images, labels, count, height: 28, width: 28, channels: 1 };
}

/** @type {import('@bd-edge/trainer').BackendName[]} */
const BACKENDS = ['native', 'wasm'];
for (const backend of BACKENDS) {
  try {
    const { description } = await selectBackend({ backend });
    let started = 0;
    let stopped = 0;
    await train(createNetwork('mnist', 1), {
      train: randomImages((WARM_UP + steps) * batchSize),
      validation: randomImages(10),
      epochs: 1,
      batchSize,
      optimizer: { kind: 'adam' },
      schedule: { kind: 'cosine', learningRate: 0.01 },
      seed: 1,
      onProgress: ({ step }) => {
        if (step === WARM_UP) started = performance.now();
        if (step === WARM_UP + steps) stopped = performance.now();
      },
    });
    const rate = (1000 * steps * batchSize) / (stopped - started);
    console.log(`${description}: ${rate.toFixed(0)} images/s (batch ${batchSize})`);
  } catch (error) {
    console.log(error.message);
  }
}
