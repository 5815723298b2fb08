/**
 * Measures the engine and its peers on the same work: one thread, lanes taking turns, medians of processor time.
 *
 *     npm run bench [-- --quick] [-- --json] [-- --only 14x14x256] [-- --write docs] [-- --check] [-- --layers mnist]
 *     npm run bench -- --peer FILE --model FILE --data NAME
 *
 * The peers are in a package of their own: `npm install --prefix bench` (with ONNXRUNTIME_NODE_INSTALL=skip and
 * ONNXRUNTIME_NODE_INSTALL_CUDA=skip where their downloads cannot be reached).
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { layerLanes, networkLanes, randomImage } from './engine.mjs';
import { GOALS } from './goals.mjs';
import { layerTimes } from './layers.mjs';
import { loading } from './loading.mjs';
import { machine } from './machine.mjs';
import { measure } from './measure.mjs';
import { openNative } from './native.mjs';
import { SHAPES } from './networks.mjs';
import { compareWithPeer, PIXELS } from './peer/compare.mjs';
import { openPeers, peerLanes } from './peers.mjs';
import { judge, rowsOf, significant, table, timesOf } from './statistics.mjs';
import { SWEEPS } from './sweeps.mjs';
import { measureThreads, rowsOfThreads, THREADS } from './threads.mjs';
import { NETWORKS } from './whole.mjs';

const USAGE = `npm run bench -- [--quick] [--json] [--only NAME] [--write FOLDER] [--check] [--layers NAME]

  --quick         fewer rounds, and fewer shapes and networks unless --only or --write is given: within a minute
  --json          rows of { lane, shape, ms, ratio } on standard output; ratio: time divided by that of simd, for
                  threads by that of two threads
  --only NAME     one shape or network, or "threads"; repeat it for several
  --write FOLDER  write performance.json and performance-*.svg, and measure how the cost grows; default without
                  --quick and --only: build/bench
  --check         exit with 1 if a ratio is below its floor
  --layers NAME   only the time of each op of one network in the simd build; or of a .bdm file, on the first image of
                  samples.json beside it
  --peer FILE     only a whole network against a peer's .onnx file (ONNX Runtime, in Node) or .tflite file (LiteRT.js, in
                  Chromium): accuracy on the same test images, and time
  --model FILE    our network of that comparison, a .bdm file
  --data NAME     its test images: a dataset or a folder, as for bd-edge eval
  --limit N       the number of images; default: all
  --pixels RANGE  what the peer reads: raw (default), 0..1 or -1..1
  --help

Exit codes: 0 measured; 1 wrong answer of a lane, or a floor missed with --check; 2 usage; 130 interrupted.`;

/** A round times each lane for at least this long. */
const EFFORT = { rounds: 21, roundMs: 8, warmUpMs: 200 };
const QUICK = { rounds: 9, roundMs: 2, warmUpMs: 120 };
/** Wall time needs more rounds than processor time. */
const THREAD_EFFORT = { rounds: 150, warmUpMs: 500 };
const QUICK_THREAD_EFFORT = { rounds: 25, warmUpMs: 300 };

const options = parseOptions();
const say = (message) => console.error(message);
const print = (text) => (options.json ? say(text) : console.log(text));
const effort = options.quick ? QUICK : EFFORT;
/** Threads are measured by wall time, which is not worth writing down if other programs keep all cores busy. */
const measuresThreads = !options.write || loadavg()[0] <= availableParallelism();

const native = openNative(say);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    native.close();
    process.exit(130);
  });
}
try {
  if (options.peer) await printComparison();
  else if (options.layers) await printLayers(/** @type {any} */ (layersOf(options.layers)));
  else await main();
} catch (error) {
  say(error.stack);
  process.exitCode = 1;
} finally {
  native.close();
}

async function main() {
  const peers = await openPeers(say);
  const description = machine(native.compiler);
  print(`${Object.values(description).flat().join('; ')}\n`);
  const rows = [];
  const loads = [];
  for (const shape of chosen(SHAPES)) rows.push(...(await measureLayer(shape, peers)));
  for (const network of chosen(NETWORKS)) {
    const bytes = await network.bytes();
    rows.push(...(await measureNetwork(network, bytes, peers)));
    loads.push(await loading(network.name, bytes));
  }
  if (rows.length > 0) print(`\n${table(rows)}\n`);
  const threadRows =
    measuresThreads && chosen([{ name: 'threads', quick: true }]).length > 0 ? await threadLanes() : [];
  for (const { shape, ms, fileBytes, memoryBytes } of loads)
    print(
      `load ${shape}: ${ms.toFixed(1)} ms, file ${kilobytes(fileBytes)}, memory ${kilobytes(memoryBytes)}`,
    );

  const all = [...rows, ...threadRows];
  const judged = judge(GOALS, all);
  for (const { against, floor, goal, lowest, middle } of judged) {
    const missed = lowest < floor ? 'BELOW THE FLOOR' : middle < goal ? 'short of the goal' : 'goal reached';
    print(
      `${against}: ${timesOf(lowest)} to floor ${floor}, median ${timesOf(middle)} to goal ${goal}: ${missed}`,
    );
  }
  if (options.json) console.log(JSON.stringify(all, null, 2));
  if (options.write) await write(description, rows, threadRows, loads, peers);
  if (options.check && judged.some(({ floor, lowest }) => lowest < floor)) process.exitCode = 1;
}

/** Measures one thread and two on the network that has goals. */
async function threadLanes() {
  if (!THREADS.includes(2)) {
    say('Threads are skipped: this machine has one core.');
    return [];
  }
  const network = NETWORKS.find(({ name }) => name === 'wide VGG-7');
  const effort = options.quick ? QUICK_THREAD_EFFORT : THREAD_EFFORT;
  const rows = rowsOfThreads(network.name, await measureThreads(await network.bytes(), [1, 2], effort));
  print(`${network.name}, wall time, fastest tenth`);
  for (const { lane, shape, ms, ratio } of rows)
    print(
      `  ${shape.padEnd(36)}${lane.padEnd(10)}${(1000 * ms).toFixed(1).padStart(10)} µs ${timesOf(ratio).padStart(9)}`,
    );
  return rows;
}

/** Prints a whole network beside a peer's. */
async function printComparison() {
  const { where, rows } = await compareWithPeer(/** @type {any} */ ({ ...options, effort }), say);
  print(`${where}; one thread; time of an image, relative to ours`);
  for (const { lane, correct, images, ms } of rows) {
    const accuracy = `${((100 * correct) / images).toFixed(2)} % of ${images}`;
    const time = `${(1000 * ms).toFixed(1).padStart(10)} µs ${timesOf(ms / rows[0].ms).padStart(9)}`;
    print(`  ${lane.padEnd(14)}${accuracy.padStart(20)}${time}`);
  }
  if (options.json) console.log(JSON.stringify({ where, rows }, null, 2));
}

/** Returns a network of the benchmark, or the network in a file, with an image. */
function layersOf(name) {
  if (!isFile(name)) return NETWORKS.find((network) => network.name === name);
  const samples = join(dirname(name), 'samples.json');
  const image = existsSync(samples) ? JSON.parse(readFileSync(samples, 'utf8')).samples[0].image : undefined;
  return {
    bytes: () => new Uint8Array(readFileSync(name)),
    image: image === undefined ? undefined : new Uint8Array(Buffer.from(image, 'base64')),
  };
}

function isFile(name) {
  return name.endsWith('.bdm');
}

async function printLayers({ bytes, image }) {
  const layers = await layerTimes(await bytes(), options.quick ? 50 : 200, image);
  for (const { op, what, kernel, set, ms } of layers) {
    const share = set === undefined ? '' : set.toFixed(2);
    const time = `${(1000 * ms).toFixed(1).padStart(9)} µs`;
    print(`${String(op).padStart(3)} ${what.padEnd(58)} ${kernel.padEnd(9)}${share.padStart(5)}${time}`);
  }
  const sum = layers.reduce((total, { ms }) => total + ms, 0);
  print(`${''.padEnd(77)}${(1000 * sum).toFixed(1).padStart(9)} µs`);
  if (options.json) console.log(JSON.stringify(layers, null, 2));
}

async function measureLayer(shape, peers) {
  const layer = await layerLanes(shape);
  const { weights, activations, sums } = layer;
  /** @type {any[]} */
  const lanes = layer.lanes;
  const network = layerOf(shape, weights);
  lanes.push(...(await peerLanes(peers, network, activations, say)));
  for (const { open } of native.lanes) {
    const lane = await open({ shape, activations, weights, sums });
    if (lane) lanes.push(lane);
  }
  const rows = await measured(shape.name, lanes);
  if (!shape.sweep) print(`  ${' '.repeat(14)}simd: ${lanes[0].kernel}`);
  return rows;
}

/** Makes a layer a network. int8 engines clamp its sums to u8. */
function layerOf({ size, channels, filters, kernel, stride }, weights) {
  const numbers = { channels, weights, scale: 1, zero: 128, relu: false };
  const layer =
    size === 1
      ? { kind: 'dense', units: filters, inputs: channels, ...numbers }
      : { kind: 'conv', filters, kernel, stride, padding: (kernel - 1) >> 1, ...numbers };
  return { input: { height: size, width: size, channels }, layers: [layer] };
}

async function measureNetwork({ name, float, builds, batch = 1 }, bytes, peers) {
  const network = await float();
  const { height, width, channels } = network.input;
  const image = randomImage(height * width * channels);
  const lanes = await networkLanes(bytes, image, builds, batch);
  lanes.push(...(await peerLanes(peers, network, image, (message) => say(`${name}: ${message}`), batch)));
  return measured(name, lanes);
}

/** @param {any[]} lanes */
async function measured(name, lanes) {
  const rows = rowsOf(name, await measure(lanes, effort));
  for (const { close } of lanes) await close?.();
  print(name);
  for (const { lane, ms, ratio } of rows)
    print(`  ${lane.padEnd(14)}${(1000 * ms).toFixed(1).padStart(10)} µs ${timesOf(ratio).padStart(9)}`);
  return rows;
}

/** Writes the rows as JSON and as figures, with measurements of how the cost grows. */
async function write(description, rows, threads, loads, peers) {
  const sweeps = [];
  for (const { name, x, points } of SWEEPS) {
    if (x === 'threads' && !measuresThreads) continue;
    const measuredPoints = [];
    for (const point of points) {
      const pointRows = await measurePoint(point, peers);
      measuredPoints.push({ at: point.at, rows: pointRows });
    }
    sweeps.push({ name, x, points: measuredPoints });
  }
  const { costChart, ratioChart } = await import('./charts.mjs');
  mkdirSync(options.write, { recursive: true });
  const file = (name, text) => writeFileSync(join(options.write, name), text);
  file(
    'performance.json',
    `${JSON.stringify({ machine: description, rows: [...rows, ...threads], loads, sweeps }, null, 2)}\n`,
  );
  if (rows.length > 0) file('performance-ratios.svg', await ratioChart(rows));
  file('performance-cost.svg', await costChart(sweeps));
  print(`performance.json and performance-*.svg are in ${options.write}`);
}

/** @param {{ shape?: any, network?: any, threads?: number }} point */
async function measurePoint({ shape, network, threads }, peers) {
  if (shape) return measureLayer(shape, peers);
  const bytes = await network.bytes();
  if (!threads) return measureNetwork(network, bytes, peers);
  const measuredThreads = await measureThreads(bytes, [threads], THREAD_EFFORT);
  return measuredThreads.map(({ what, ms }) => ({ lane: what, ms: significant(ms) }));
}

function chosen(all) {
  if (options.only) return all.filter(({ name }) => options.only.includes(name));
  return options.quick && !options.write ? all.filter(({ quick }) => quick) : all;
}

function kilobytes(bytes) {
  return `${Math.round(bytes / 1024)} KB`;
}

function parseOptions() {
  const fail = (message) => {
    console.error(`${message}\n\n${USAGE}`);
    process.exit(2);
  };
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true },
        write: { type: 'string' },
        check: { type: 'boolean', default: false },
        layers: { type: 'string' },
        peer: { type: 'string' },
        model: { type: 'string' },
        data: { type: 'string' },
        limit: { type: 'string' },
        pixels: { type: 'string', default: 'raw' },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    fail(error.message);
  }
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  if (values.peer !== undefined) {
    if (values.model === undefined || values.data === undefined) fail('--peer requires --model and --data.');
    if (!Object.hasOwn(PIXELS, values.pixels))
      fail(`Unknown pixels "${values.pixels}"; expected one of: ${Object.keys(PIXELS).join(', ')}.`);
    if (values.limit !== undefined && !/^[1-9][0-9]*$/.test(values.limit))
      fail('--limit expects a number above 0.');
    return { ...values, limit: values.limit === undefined ? undefined : Number(values.limit) };
  }
  const names = [...SHAPES, ...NETWORKS, { name: 'threads' }].map(({ name }) => name);
  const unknown = values.only?.find((name) => !names.includes(name));
  if (unknown !== undefined) fail(`Unknown shape "${unknown}"; expected one of: ${names.join(', ')}.`);
  const networks = NETWORKS.map(({ name }) => name);
  if (values.layers !== undefined && !isFile(values.layers) && !networks.includes(values.layers))
    fail(`Unknown network "${values.layers}"; expected one of: ${networks.join(', ')}.`);
  if (!values.quick && !values.only)
    values.write ??= fileURLToPath(new URL('../build/bench', import.meta.url));
  return values;
}
