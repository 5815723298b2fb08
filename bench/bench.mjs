/**
 * How fast the engine's builds are, and how fast others do the same layer: one process, one thread, lanes taking
 * turns, medians of processor time.
 *
 *     npm run bench [-- --quick] [-- --json] [-- --only 14x14x256]
 *
 * The peers are in a package of their own: `npm install --prefix bench` (with ONNXRUNTIME_NODE_INSTALL=skip and
 * ONNXRUNTIME_NODE_INSTALL_CUDA=skip where their downloads cannot be reached).
 */
import { parseArgs } from 'node:util';
import { encodeModel, engineWasm, kernelOf, load, parseModel, referenceRun } from '../dist/index.js';
import { layerGraph, mnistGraph, random, SHAPES } from './networks.mjs';
import { openPeers } from './peers.mjs';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
/** A round times each lane once, for at least this long. */
const ROUND_MS = options.quick ? 4 : 15;
const ROUNDS = options.quick ? 15 : 51;
const WARM_UP_MS = options.quick ? 150 : 500;

const peers = await openPeers((message) => console.error(message));
const results = [];
for (const shape of SHAPES) {
  if (options.only && options.only !== shape.name) continue;
  results.push(await measure(shape.name, await layerLanes(shape)));
}
if (!options.only || options.only === 'mnist') results.push(await measure('mnist', await networkLanes()));
if (options.json) console.log(JSON.stringify(results, null, 2));

/** One layer alone: each lane checked, then ready to be called. */
async function layerLanes(shape) {
  const graph = layerGraph(shape);
  const bytes = encodeModel(graph);
  const model = parseModel(bytes);
  const image = randomImage(shape.size * shape.size);
  const { layers } = referenceRun(model, image);
  const lanes = [];
  for (const build of ['mvp', 'simd']) {
    const wasm = await openEngine(build, bytes, image);
    wasm.run();
    const tensor = new Uint8Array(wasm.memory.buffer, wasm.tensorAddress(2), wasm.tensorSize(2));
    if (Buffer.compare(tensor, layers[1]) !== 0)
      throw new Error(`${build} gives a wrong ${shape.name} layer`);
    lanes.push({ lane: build, kernel: kernelOf(model, 1, build).reason, run: () => wasm.runOp(1) });
  }
  const activations = bitsOf(layers[0], shape.channels);
  const node = graph.nodes[1];
  const sums = sumsOf(node, activations, shape);
  lanes.push(await popcountLane(shape, image, sums));
  for (const peer of peers) lanes.push(await peer.layer(shape, activations, node.weights, sums));
  return { lanes, macs: sums.length * shape.kernel ** 2 * shape.channels };
}

/** The same layer by counting bits, the fastest that we know: the kernel of layers that give their sums. */
async function popcountLane(shape, image, sums) {
  const bytes = encodeModel(layerGraph(shape, true));
  const kernel = kernelOf(parseModel(bytes), 1, 'simd');
  if (kernel.name !== 'popcount') throw new Error(`sums of ${shape.name} are left to ${kernel.name}`);
  const wasm = await openEngine('simd', bytes, image);
  wasm.run();
  const found = new Int32Array(wasm.memory.buffer, wasm.tensorAddress(2), sums.length);
  if (found.some((sum, i) => sum !== sums[i])) throw new Error(`popcount gives wrong sums of ${shape.name}`);
  return { lane: 'popcount', kernel: kernel.reason, run: () => wasm.runOp(1) };
}

/** The MNIST network, through the package's own `load`, image copied in and logits out. */
async function networkLanes() {
  const bytes = encodeModel(mnistGraph());
  const image = randomImage(28 * 28);
  const expected = referenceRun(parseModel(bytes), image).logits;
  const lanes = [];
  for (const build of ['mvp', 'simd']) {
    const network = await load(bytes, { build });
    if (network.run(image).logits.join() !== expected.join()) throw new Error(`${build} gives wrong logits`);
    lanes.push({ lane: build, run: () => network.run(image) });
  }
  const next = random(3);
  const weights = (count) => Int8Array.from({ length: count }, () => Math.floor(next() * 256) - 128);
  const peerLayers = [
    { kind: 'conv', filters: 16, weights: weights(9 * 16), scale: 2 ** -9, zero: 0 },
    { kind: 'pool' },
    { kind: 'conv', filters: 23, weights: weights(9 * 16 * 23), scale: 2 ** -11, zero: 0 },
    { kind: 'pool' },
    { kind: 'conv', filters: 32, weights: weights(9 * 23 * 32), scale: 2 ** -11, zero: 0 },
    { kind: 'pool' },
    { kind: 'dense', units: 10, weights: weights(9 * 32 * 10) },
  ];
  for (const peer of peers) lanes.push(await peer.network(peerLayers, image));
  return { lanes };
}

async function openEngine(build, bytes, image) {
  const { instance } = await WebAssembly.instantiate(await engineWasm(build), {});
  const wasm = instance.exports;
  const address = wasm.reserve(bytes.length);
  new Uint8Array(wasm.memory.buffer, address, bytes.length).set(bytes);
  if (wasm.loadModel(bytes.length) !== 0) throw new Error(`${build} does not load the network`);
  new Uint8Array(wasm.memory.buffer, wasm.tensorAddress(0), image.length).set(image);
  return wasm;
}

function randomImage(length) {
  const next = random(9);
  return Uint8Array.from({ length }, () => Math.floor(next() * 256));
}

/** {0,1} values, channels last, of a tensor of bits. */
function bitsOf(tensor, channels) {
  const words = new Uint32Array(tensor.slice().buffer);
  const perPixel = Math.ceil(channels / 32);
  return Uint8Array.from({ length: (words.length / perPixel) * channels }, (_, i) => {
    const channel = i % channels;
    return (words[Math.floor(i / channels) * perPixel + (channel >>> 5)] >>> (channel & 31)) & 1;
  });
}

/** The layer's sums [pixel][filter], the plain way. */
function sumsOf({ weights }, values, { size, channels, filters, kernel, stride }) {
  const outputs = Math.ceil(size / stride);
  const padding = (kernel - 1) >> 1;
  const sums = new Int32Array(outputs * outputs * filters);
  for (let y = 0; y < outputs; y++) {
    for (let x = 0; x < outputs; x++) {
      for (let tap = 0; tap < kernel * kernel; tap++) {
        const iy = y * stride + Math.floor(tap / kernel) - padding;
        const ix = x * stride + (tap % kernel) - padding;
        if (iy < 0 || iy >= size || ix < 0 || ix >= size) continue;
        for (let c = 0; c < channels; c++) {
          if (values[(iy * size + ix) * channels + c] === 0) continue;
          const out = (y * outputs + x) * filters;
          for (let f = 0; f < filters; f++)
            sums[out + f] += weights[(f * kernel * kernel + tap) * channels + c];
        }
      }
    }
  }
  return sums;
}

/** Medians of lanes that take turns. */
async function measure(name, { lanes, macs }) {
  const counts = [];
  for (const { run } of lanes) counts.push(await warmUp(run));
  const samples = lanes.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < lanes.length; i++) samples[i].push((await time(lanes[i].run, counts[i])) / counts[i]);
  }
  const medians = samples.map((each) => each.sort((a, b) => a - b)[each.length >> 1] * 1000);
  const simd = medians[lanes.findIndex(({ lane }) => lane === 'simd')];
  const rows = lanes.map(({ lane, kernel }, i) => ({
    lane,
    kernel,
    microseconds: Number(medians[i].toFixed(2)),
    timesSimd: Number((medians[i] / simd).toFixed(2)),
    ...(macs ? { gigaOps: Math.round((2 * macs) / medians[i] / 1000) } : {}),
  }));
  if (!options.json) print(name, rows);
  return { name, lanes: rows };
}

/** Processor time, in milliseconds: what else the machine is busy with must not count. */
async function time(run, count) {
  const started = process.cpuUsage();
  for (let i = 0; i < count; i++) {
    const pending = run();
    if (pending) await pending;
  }
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

/** Runs until the compiler is done, and says how many calls fill a round. */
async function warmUp(run) {
  const started = performance.now();
  while (performance.now() - started < WARM_UP_MS) await time(run, 1);
  let count = 1;
  while ((await time(run, count)) < ROUND_MS) count *= 2;
  return count;
}

function print(name, rows) {
  console.log(name);
  for (const { lane, kernel, microseconds, timesSimd, gigaOps } of rows) {
    const speed = gigaOps ? `${gigaOps} GOPS`.padStart(11) : '';
    console.log(
      `  ${lane.padEnd(14)}${microseconds.toFixed(1).padStart(10)} us ${timesSimd.toFixed(2).padStart(8)} x${speed}  ${kernel ?? ''}`,
    );
  }
}
