/**
 * Fits the cost model of firmware-host/cost to the emulated boards, and compares it with networks that it was not fitted
 * on.
 *
 *     npm run bench:cost [-- --board pico] [-- --model model.bdm] [-- --write] [-- --json]
 *
 * A network of many random ops runs once on each board, which reports the ticks of each op. The coefficients are those
 * with the least relative error, none below 0.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  BoardClient,
  deploy,
  EMULATED_BOARDS,
  engineOf,
  PROCESSORS,
  transportPair,
  workOf,
} from '@bd-edge/host/internal';
import { encodeModel, InputDensities, parseModel, referenceRun } from '@bd-edge/sdk/internal';
import { fit } from './cost/fit.mjs';
import { sampleGraph } from './cost/samples.mjs';
import { random } from './networks.mjs';

const USAGE = `npm run bench:cost -- [--board NAME] [--model FILE] [--write] [--json]

  --board NAME  one board; default: pico and m7
  --model FILE  a .bdm whose ops are compared with the estimate; repeat it for several; default: those of models/
  --seeds N     random networks for the fit; default: 4
  --write       write firmware-host/cost/coefficients.ts
  --json
  --help`;

const BOARDS = ['pico', 'm7'];
const OWN_MODELS = ['mnist-8k', 'fashion-16k', 'cifar10-98k', 'cifar10-122k'].map(
  (name) => `models/${name}/model.bdm`,
);

const { values: options } = parseArgs({
  options: {
    board: { type: 'string' },
    model: { type: 'string', multiple: true },
    seeds: { type: 'string', default: '4' },
    write: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}
const boards = options.board ? [options.board] : BOARDS;
const coefficients = {};
const report = [];
for (const board of boards) {
  const samples = [];
  for (let seed = 1; seed <= Number(options.seeds); seed++) {
    const graph = sampleGraph(seed);
    const model = encodeModel(graph);
    console.error(`${board}: ${graph.ops.length} ops, ${model.length} bytes`);
    samples.push(...(await measureOps(board, model)));
  }
  const ticksPerSecond = samples[0].ticksPerSecond;
  coefficients[board] = { ticksPerSecond, ticks: fit(samples) };
  const errors = samples.map(({ work, ticks }) => ticksOf(coefficients[board].ticks, work) / ticks - 1);
  report.push({ board, fitted: summary(errors) });
  for (const path of options.model ?? OWN_MODELS) {
    const ops = await measureOps(board, new Uint8Array(readFileSync(path)));
    const estimated = ops.map(({ work }) => ticksOf(coefficients[board].ticks, work));
    const total = (list) => list.reduce((sum, value) => sum + value, 0);
    const measured = ops.map(({ ticks }) => ticks);
    report.push({
      board,
      model: path,
      ticks: total(measured),
      error: total(estimated) / total(measured) - 1,
      ops: ops.map(({ ticks, kind }, i) => ({ kind, ticks, error: estimated[i] / ticks - 1 })),
    });
  }
}
if (options.json) console.log(JSON.stringify(report, null, 2));
else print();
if (options.write) write();

/** Runs a model on a board, and returns the ticks and the work of each op for one image. */
async function measureOps(name, bytes) {
  const emulated = await EMULATED_BOARDS[name].start({ firmware: firmwareOf(name) });
  const [here, there] = transportPair(name);
  emulated.attach(there);
  const client = await BoardClient.connect(here);
  try {
    const { ticksPerSecond } = await client.hello();
    await deploy(client, bytes, { engine: await engineOf('native kernels') });
    const model = parseModel(bytes);
    const { height, width, channels } = model.input;
    const next = random(3);
    const image = Uint8Array.from({ length: height * width * channels }, () => next() * 256);
    const { ticks } = await client.profile(image);
    const densities = densitiesOf(model, image);
    const measured = { ...model, metadata: { ...model.metadata, densities } };
    return model.ops.map((op, index) => ({
      kind: op.kind,
      ticks: ticks[index],
      ticksPerSecond,
      work: workOf(measured, index, PROCESSORS[name]),
    }));
  } finally {
    await client.close();
    await emulated.close();
  }
}

function firmwareOf(board) {
  return `build/firmware/${board}/firmware.${board === 'pico' ? 'bin' : 'elf'}`;
}

/** Measures the share of the inputs of each op that are not 0, for one image. */
function densitiesOf(model, image) {
  const densities = new InputDensities(model);
  densities.add(referenceRun(model, image).layers);
  return densities.means();
}

function ticksOf(ticks, work) {
  return Object.entries(work).reduce((sum, [part, count]) => sum + count * (ticks[part] ?? 0), 0);
}

function summary(errors) {
  const sizes = errors.map(Math.abs).sort((a, b) => a - b);
  return { ops: sizes.length, median: sizes[sizes.length >> 1], largest: sizes.at(-1) };
}

function print() {
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  for (const { board, fitted, model, ticks, error, ops } of report) {
    if (fitted) {
      console.log(
        `${board}: fitted on ${fitted.ops} ops; error of an op: median ${percent(fitted.median)}, largest ${percent(fitted.largest)}`,
      );
      continue;
    }
    console.log(
      `${board}: ${model}: ${Math.round(ticks).toLocaleString('en')} ticks, estimate ${percent(error)}`,
    );
    for (const op of ops)
      console.log(`  ${op.kind.padEnd(20)}${String(op.ticks).padStart(12)} ${percent(op.error).padStart(8)}`);
  }
}

function write() {
  const path = fileURLToPath(new URL('../firmware-host/cost/coefficients.ts', import.meta.url));
  const text = readFileSync(path, 'utf8');
  const rounded = JSON.parse(JSON.stringify(coefficients), (_, value) =>
    typeof value === 'number' ? (value < 1e-6 ? 0 : Number(value.toPrecision(4))) : value,
  );
  const head = text.slice(0, text.indexOf('= {') + 2);
  writeFileSync(path, `${head}${JSON.stringify(rounded, null, 2)};\n`);
}
