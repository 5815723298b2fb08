/**
 * Measures the size and speed of the firmware on emulated boards. Sizes come from the linker and times from the boards' own
 * counters, so the results do not depend on this machine.
 *
 *     npm run bench:boards [-- --json] [-- --board pico] [-- --model model.bdm]
 *
 * `--model` replaces the networks of random weights, and measures no single layers. Times depend on the image: the
 * first image of samples.json beside the model is run, or a random one.
 *
 * It needs the programs that `npm run setup:boards` installs, and builds the firmware itself.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  BoardClient,
  BoardError,
  check,
  deploy,
  digestOf,
  EMULATED_BOARDS,
  engineOf,
  PicoBoard,
  protocol,
  transportPair,
  upload,
} from '@bd-edge/host/internal';
import { encodeModel, memoryRequirement, memoryWithoutWeights, parseModel } from '@bd-edge/sdk/internal';
import { findBoard, listBoards } from '../firmware/tools/boards.mjs';
import { buildBoard } from '../firmware/tools/build-board.mjs';
import { writeEngine } from '../firmware/tools/built-in-engine.mjs';
import { findToolchain } from '../firmware/tools/toolchain.mjs';
import { imageOf, linesOf } from './board-program.mjs';
import { networkInC } from './network-in-c.mjs';
import { mnistGraph, random, smallGraph, tinyGraph } from './networks.mjs';

const USAGE = `npm run bench:boards -- [--json] [--board NAME] [--model FILE]

  --json        print all measurements as JSON
  --board NAME  one board; default: all
  --model FILE  measure a .bdm instead of networks of random weights; repeat it for several
  --help`;

const options = parseOptions();
const NETWORKS = { mnist: mnistGraph(), small: smallGraph(), tiny: tinyGraph() };
const models = options.model.length > 0 ? filesOf(options.model) : encoded(NETWORKS);
const PATHS = ['interpreted', 'native kernels', 'compiled'];
const BAUDS = [115200, 921600];
const UPLOAD_BYTES = 65536;
const PICO_HZ = 125e6;

const toolchain = findToolchain(undefined, console.error);
const engine = writeEngine();
const boards = options.board ? [findBoard(options.board)] : measurable();
const results = [];
for (const board of boards) results.push(await measure(board));
if (options.json) console.log(JSON.stringify(results, null, 2));

/** Returns the boards whose emulator counts instructions or cycles. */
function measurable() {
  return listBoards().filter(({ name }) => name in EMULATED_BOARDS);
}

function parseOptions() {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        board: { type: 'string' },
        model: { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.board !== undefined && !(findBoard(values.board).name in EMULATED_BOARDS))
      throw new Error(
        `The board ${values.board} cannot be measured; expected one of ${measurable().map(({ name }) => name)}.`,
      );
    if (!values.help) return values;
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exit(2);
  }
  console.log(USAGE);
  process.exit(0);
}

async function measure(board) {
  const { sizes } = await buildBoard({ board, toolchain });
  const builtIn = `build/firmware/bench-${board.name}-aot`;
  const { sizes: builtInSizes } = await buildBoard({ board, toolchain, folder: builtIn, engine });
  const runs = [];
  for (const [network, model] of Object.entries(models))
    for (const path of PATHS) {
      const firmware = path === 'compiled' ? imageOf(board, builtIn) : undefined;
      runs.push({ network, path, ...(await run(board, network, model, path, firmware)) });
    }
  /** @type {any} */
  const result = { board: board.name, compiler: toolchain.version, sizes, builtInSizes, runs };
  Object.assign(result, await inC(board));
  if (!options.json) print(board, result);
  return result;
}

/** Measures C programs on the board, for comparison. */
async function inC(board) {
  const networks = [];
  for (const [network, model] of Object.entries(models))
    networks.push({
      network,
      ...(await networkInC({ board, toolchain, name: network, model, image: imagesOf(network, model)[0] })),
    });
  if (options.model.length > 0) return { native: [], networks, line: [] };
  const native = await nativeLayers(board, NETWORKS.mnist);
  const line = board.name === 'pico' ? await lineEfficiency(board) : [];
  return { native, networks, line };
}

function encoded(graphs) {
  return Object.fromEntries(Object.entries(graphs).map(([name, graph]) => [name, encodeModel(graph)]));
}

/** Returns two images for a network: the first of samples.json beside its file, or random ones. */
function imagesOf(network, model) {
  const file = options.model.find((path) => nameOf(path) === network);
  const samples = file && join(dirname(file), 'samples.json');
  if (samples && existsSync(samples)) {
    const { samples: images } = JSON.parse(readFileSync(samples, 'utf8'));
    return images.slice(0, 2).map(({ image }) => new Uint8Array(Buffer.from(image, 'base64')));
  }
  const next = random(7);
  const { height, width, channels } = parseModel(model).input;
  return Array.from({ length: 2 }, () =>
    Uint8Array.from({ length: height * width * channels }, () => next() * 256),
  );
}

/** Reads models. Their names are those of their folders in models/, or of the files. */
function filesOf(paths) {
  return Object.fromEntries(paths.map((path) => [nameOf(path), new Uint8Array(readFileSync(path))]));
}

function nameOf(path) {
  return basename(path) === 'model.bdm' ? basename(dirname(path)) : basename(path);
}

/** Checks a few images of a network on a board, and measures them. */
async function run(board, network, model, path, firmware) {
  const emulated = await EMULATED_BOARDS[board.name].start({ firmware });
  const [here, there] = transportPair(board.name);
  emulated.attach(there);
  const client = await BoardClient.connect(here);
  try {
    const { ramBytes } = await client.hello();
    const parsed = parseModel(model);
    const whole = memoryRequirement(parsed, path === 'interpreted' ? 'mvp' : 'board');
    const needed = path === 'interpreted' ? whole : Math.min(whole, memoryWithoutWeights(parsed));
    if (needed > ramBytes)
      return { refused: `needs ${needed} bytes of memory and the board has ${ramBytes}` };
    await deploy(client, model, { engine: path === 'compiled' ? undefined : await engineOf(path) });
    const images = imagesOf(network, model);
    const report = await check(client, model, images);
    if (report.logitMismatches > 0) throw new Error(`${board.name} is wrong by ${path}`);
    const profile = await client.profile(images[0]);
    const { median, perSecond } = report.ticks;
    return {
      ticks: median,
      milliseconds: (median / perSecond) * 1000,
      layers: [...profile.ticks],
      stackBytes: profile.stackBytes,
      interpreterBytes: profile.interpreterBytes,
      modelBytes: model.length,
      weights: report.weights,
      memoryBytes: report.weights === 'memory' ? whole : needed,
    };
  } catch (error) {
    // Only the board knows how much memory its interpreter needs for an engine, and what takes too long.
    if (
      error instanceof BoardError &&
      [protocol.ERROR_OUT_OF_MEMORY, protocol.ERROR_TRAPPED].some((number) => number === error.number)
    )
      return { refused: error.message };
    throw error;
  } finally {
    await client.close();
    await emulated.close();
  }
}

/** Measures each binary layer of a network in C, and an int8 layer of the same shape (firmware/bench). */
async function nativeLayers(board, { ops }) {
  const folder = `build/firmware/bench-${board.name}`;
  await buildBoard({ board, toolchain, folder, program: 'bench' });
  const emulated = await EMULATED_BOARDS[board.name].start({ firmware: imageOf(board, folder) });
  const [here, there] = transportPair(board.name);
  emulated.attach(there);
  const lines = linesOf(here);
  const layers = [];
  for (const [index, op] of ops.entries()) {
    if (op.kind !== 'binary-convolution') continue;
    const channels = op.weights.length / (9 * op.filters);
    await here.write(Uint8Array.of(op.outputHeight, channels, op.filters));
    const [binary, int8] = [await lines(), await lines()].map(Number);
    layers.push({ layer: index, size: op.outputHeight, channels, filters: op.filters, binary, int8 });
  }
  await here.close();
  await emulated.close();
  return layers;
}

/** Measures the share of the baud rate that an upload reaches, in the board's own time, flash included. */
async function lineEfficiency(board) {
  const efficiencies = [];
  for (const baud of BAUDS) {
    const folder = `build/firmware/bench-${board.name}-${baud}`;
    await buildBoard({ board, toolchain, folder, defines: [`BOARD_BAUD=${baud}`] });
    const emulated = await PicoBoard.start(readFileSync(`${folder}/firmware.bin`), { paced: true });
    const [here, there] = transportPair(board.name);
    emulated.attach(there);
    const client = await BoardClient.connect(here);
    const next = random(5);
    const bytes = Uint8Array.from({ length: UPLOAD_BYTES }, () => next() * 256);
    const marks = [];
    for await (const offset of upload(client, { slot: protocol.SLOT_MODEL, bytes, digest: digestOf(bytes) }))
      marks.push({ cycles: emulated.cycles, asleepCycles: emulated.asleepCycles, offset });
    // The board replies to the last chunk after it has checked the digest.
    const [first, end] = [marks[0], marks.at(-1)];
    const lineSeconds = ((end.offset - first.offset) * 10) / baud;
    efficiencies.push({
      baud,
      efficiency: lineSeconds / ((end.cycles - first.cycles) / PICO_HZ),
      asleep: (end.asleepCycles - first.asleepCycles) / (end.cycles - first.cycles),
      lostBytes: emulated.lostBytes,
    });
    await client.close();
    await emulated.close();
  }
  return efficiencies;
}

function print(board, { compiler, sizes, builtInSizes, runs, native, networks, line }) {
  const number = (value) => Math.round(value).toLocaleString('en');
  console.log(`\n${board.title}; ${compiler}`);
  for (const [what, { flash, data, bss, stack, arena }] of [
    ['', sizes],
    ['engine built in: ', builtInSizes],
  ]) {
    const text = Object.values(flash).reduce((sum, bytes) => sum + bytes, 0);
    const parts = Object.entries(flash).map(([part, bytes]) => `${part} ${number(bytes)}`);
    console.log(`  ${what}text ${number(text)}: ${parts.join(', ')}`);
    console.log(
      `    data ${number(data)}, bss ${number(bss)}, stack ${number(stack)}, arena ${number(arena)}`,
    );
  }
  for (const run of runs) {
    const name = `  ${run.network}, ${run.path}: `;
    if (run.refused) console.log(`${name}${run.refused}`);
    else
      console.log(
        `${name}${number(run.ticks)} ticks, ${run.milliseconds.toPrecision(4)} ms an image; layers ` +
          `${run.layers.map(number).join(' ')}; stack used ${number(run.stackBytes)}, interpreter ` +
          `${number(run.interpreterBytes)}, model and arena ${number(run.memoryBytes)}, weights in ${run.weights}`,
      );
  }
  for (const { network, refused, ticks, text, constantBytes, arenaBytes, stackBytes } of networks)
    console.log(
      `  ${network}, alone, in C: ${
        refused ??
        `${number(ticks)} ticks; flash ${number(text)} of which constants ${number(constantBytes)}, ` +
          `arena ${number(arenaBytes)}, stack ${number(stackBytes)}`
      }`,
    );
  for (const { layer, size, channels, filters, binary, int8 } of native) {
    const times = (path) => {
      const run = runs.find((one) => one.network === 'mnist' && one.path === path);
      return run.refused ? '' : `, ${path} ${(run.layers[layer] / binary).toFixed(2)} x`;
    };
    console.log(
      `  mnist, layer ${layer}, ${size} x ${size} x ${channels} to ${filters}: native C ${number(binary)} ticks` +
        `${PATHS.map(times).join('')}, int8 in native C ${(int8 / binary).toFixed(2)} x`,
    );
  }
  for (const { baud, efficiency, asleep, lostBytes } of line)
    console.log(
      `  upload of ${number(UPLOAD_BYTES)} bytes at ${number(baud)} baud, with its digest: ` +
        `${(100 * efficiency).toFixed(1)} % of the baud rate, ${lostBytes} bytes lost, asleep for ${(100 * asleep).toFixed(0)} %`,
    );
}
