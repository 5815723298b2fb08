/**
 * Measures a network on several numbers of threads, which take turns. It measures wall time, which threads are to save. On a
 * busy machine a thread waits for a core, so the result is the fastest tenth of the runs.
 */
import { availableParallelism } from 'node:os';
import { load, parseModel, referenceLogits } from '@bd-edge/sdk/internal';
import { randomImage } from './engine.mjs';
import { significant } from './statistics.mjs';

/** Images in a turn. */
const IN_A_ROW = 8;
const BATCH = 16;
/** Longer than threads wait actively for the next image. */
const PAUSE_MS = 1;
const bed = new Int32Array(new SharedArrayBuffer(4));

/** The measured numbers of threads, up to the number of cores. */
export const THREADS = [1, 2, 3, 4, 6, 8].filter((count) => count <= availableParallelism());

/**
 * @param {Uint8Array} bytes a network
 * @param {number[]} counts numbers of threads
 * @param {{ rounds: number, warmUpMs: number }} effort
 * @returns {Promise<{ what: string, threads: number, ms: number }[]>} milliseconds an image
 * @throws if a network computes wrong logits
 */
export async function measureThreads(bytes, counts, { rounds, warmUpMs }) {
  const model = parseModel(bytes);
  const { height, width, channels } = model.input;
  const image = randomImage(height * width * channels);
  const images = new Array(BATCH).fill(image);
  const expected = referenceLogits(model, image).join();
  const lanes = [];
  for (const threads of counts) {
    const network = await load(bytes, { threads });
    const results = [network.run(image), ...network.runBatch(images)];
    if (results.some(({ logits }) => logits.join() !== expected))
      throw new Error(`${threads} threads give wrong logits`);
    const samples = { 'one image': [], 'after a pause': [], 'batch of 16': [] };
    const turn = () => {
      // Only the first image finds the other threads asleep.
      Atomics.wait(bed, 0, 0, PAUSE_MS);
      samples['after a pause'].push(wallTime(() => network.run(image)));
      for (let i = 1; i < IN_A_ROW; i++) samples['one image'].push(wallTime(() => network.run(image)));
      samples['batch of 16'].push(wallTime(() => network.runBatch(images)) / BATCH);
    };
    lanes.push({ threads, network, samples, turn });
  }
  for (const { turn } of lanes) for (let spent = 0; spent < warmUpMs; ) spent += wallTime(turn);
  for (const { samples } of lanes) for (const each of Object.values(samples)) each.length = 0;
  for (let round = 0; round < rounds; round++) for (const { turn } of lanes) turn();
  for (const { network } of lanes) network.close();
  return lanes.flatMap(({ threads, samples }) =>
    Object.entries(samples).map(([what, each]) => ({ what, threads, ms: fastestTenth(each) })),
  );
}

/**
 * Makes a row for each way of running. `ratio` is the time divided by that of two threads.
 *
 * @param {string} shape the network
 * @param {{ what: string, threads: number, ms: number }[]} measured
 */
export function rowsOfThreads(shape, measured) {
  return measured.map(({ what, threads, ms }) => {
    const two = measured.find((other) => other.what === what && other.threads === 2);
    return {
      lane: threads === 1 ? '1 thread' : `${threads} threads`,
      shape: `${shape}, ${what}`,
      ms: significant(ms),
      ratio: significant(ms / two.ms),
    };
  });
}

function wallTime(run) {
  const started = performance.now();
  run();
  return performance.now() - started;
}

/** Returns the slowest of the fastest tenth. */
function fastestTenth(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 10)];
}
