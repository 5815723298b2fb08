/**
 * Measures one binary convolution on emulated boards, in ticks of the board's own clock. Activations and weights are
 * random; the output is compared with the reference.
 *
 *     npm run bench:layer [-- --board m7] [-- --density 0.3] [-- --filters 128]
 */
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { EMULATED_BOARDS, transportPair } from '@bd-edge/host/internal';
import { crc32, encodeModel, parseModel, referenceRun } from '@bd-edge/sdk/internal';
import { findBoard } from '../firmware/tools/boards.mjs';
import { buildBoard } from '../firmware/tools/build-board.mjs';
import { boardMessage, layerCall } from '../firmware/tools/layer-call.mjs';
import { findToolchain } from '../firmware/tools/toolchain.mjs';
import { imageOf, linesOf } from './board-program.mjs';
import { random } from './networks.mjs';

const USAGE = `npm run bench:layer -- [options]

  --board NAME      one board; default: pico and m7
  --size N          height and width of the input; default: 16
  --channels N      default: 64
  --filters N       default: 64
  --planes 1|2      default: 2
  --kernel N        default: 3, with padding
  --stride N        default: 1
  --density N       share of inputs that are not 0; repeat it for several; default: 0.1, 0.2, 0.3, 0.4, 0.6, 1
  --twos N          share of them with the value 2, for two planes; default: 0.4
  --output KIND     bits, numbers (to which a stream is added) or sums; default: numbers
  --scratch N       bytes of scratch memory; default: 20000
  --json
  --help`;

const number = (value) => /** @type {const} */ ({ type: 'string', default: String(value) });
const { values: options } = parseArgs({
  options: {
    board: { type: 'string', multiple: true, default: ['pico', 'm7'] },
    size: number(16),
    channels: number(64),
    filters: number(64),
    planes: number(2),
    kernel: number(3),
    stride: number(1),
    density: { type: 'string', multiple: true, default: ['0.1', '0.2', '0.3', '0.4', '0.6', '1'] },
    twos: number(0.4),
    output: { type: 'string', default: 'numbers' },
    scratch: number(20000),
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}
const [size, channels, filters, planes, kernel, stride, twos, scratch] = [
  ...[options.size, options.channels, options.filters, options.planes, options.kernel, options.stride],
  ...[options.twos, options.scratch],
].map(Number);
const outputs = Math.floor((size - 1) / stride) + 1;

const toolchain = findToolchain(undefined, console.error);
const results = [];
for (const board of options.board)
  for (const density of options.density.map(Number))
    results.push({ board, density, ...(await measure(findBoard(board), density)) });
if (options.json) console.log(JSON.stringify(results, null, 2));
else
  for (const { board, density, ticks, entries } of results)
    console.log(
      `${board}, density ${density}: ${ticks.toLocaleString('en')} ticks, ` +
        `${(ticks / entries).toFixed(1)} for each input that is not 0 and 32 filters`,
    );
process.exit(0);

async function measure(board, density) {
  const graph = graphOf();
  const next = random(1);
  const image = Uint8Array.from({ length: size * size * channels }, () => {
    if (next() >= density) return 0;
    return planes === 2 && next() < twos ? 2 : 1;
  });
  const model = encodeModel(graph);
  const parsed = parseModel(model);
  const { layers } = referenceRun(parsed, image);
  const index = graph.ops.length - (options.output === 'sums' ? 1 : 2);
  const call = layerCall(model, parsed, index, layers[0], index > 1 ? layers[1] : undefined);
  const folder = `build/firmware/bench-layer-${board.name}`;
  mkdirSync(folder, { recursive: true });
  await buildBoard({ board, toolchain, folder, program: 'one-layer' });
  const emulated = await EMULATED_BOARDS[board.name].start({ firmware: imageOf(board, folder) });
  const [here, there] = transportPair(board.name);
  emulated.attach(there);
  const lines = linesOf(here);
  await here.write(boardMessage(call, Math.max(scratch, call.leastScratch)));
  // Dots come before the first number, for the blocks that were received.
  const ticks = Number((await lines()).replaceAll('.', ''));
  const checksum = Number(await lines());
  await here.close();
  await emulated.close();
  if (checksum !== crc32(layers[index])) throw new Error(`${board.name} is wrong`);
  return { ticks, entries: entriesOf(image) };
}

/** Counts the inputs that are not 0 of all windows, for each 32 filters. */
function entriesOf(image) {
  const before = Math.floor(kernel / 2);
  const windows = (at) => {
    let count = 0;
    for (let tap = 0; tap < kernel; tap++) {
      const output = (at + before - tap) / stride;
      if (Number.isInteger(output) && output >= 0 && output < outputs) count++;
    }
    return count;
  };
  let entries = 0;
  for (let i = 0; i < image.length; i++) {
    const pixel = Math.floor(i / channels);
    if (image[i] !== 0) entries += windows(Math.floor(pixel / size)) * windows(pixel % size);
  }
  return entries * Math.ceil(filters / 32);
}

/** A graph whose first op turns pixels of 0, 1 and 2 to activations of these values. */
function graphOf() {
  const next = random(2);
  const one = { kernelHeight: 1, kernelWidth: 1, strideY: 1, strideX: 1, paddingTop: 0, paddingLeft: 0 };
  const padding = Math.floor(kernel / 2);
  const window = {
    ...{ kernelHeight: kernel, kernelWidth: kernel, strideY: stride, strideX: stride },
    ...{ paddingTop: padding, paddingLeft: padding },
  };
  const least = (value) => ({
    values: new Int32Array(channels).fill(value),
    invert: new Uint8Array(channels),
  });
  const identity = new Int8Array(channels * channels);
  for (let c = 0; c < channels; c++) identity[c * channels + c] = 1;
  const ops = [
    convolution('int8-convolution', 0, one, size, channels, identity, {
      ...{ kind: 'threshold', coupled: planes === 2 },
      thresholds: planes === 2 ? [least(1), least(2)] : [least(1)],
    }),
  ];
  const numbers = (shift, scale, addend) => ({
    ...{ kind: 'fixed-point', type: 'int16', shift, addend },
    multipliers: Int32Array.from({ length: filters }, () => Math.floor((next() - 0.5) * scale)),
    offsets: new BigInt64Array(filters).fill(1n << BigInt(shift)),
  });
  const epilogues = {
    bits: () => ({
      ...{ kind: 'threshold', coupled: true },
      thresholds: [0, 20].map((value) => ({
        values: Int32Array.from({ length: filters }, () => value + Math.floor(next() * 40) - 20),
        invert: new Uint8Array(filters),
      })),
    }),
    numbers: () => {
      const weights = Int8Array.from({ length: filters * channels }, () => next() * 20 - 10);
      const wide = { ...one, strideY: stride, strideX: stride };
      ops.push(convolution('int8-convolution', 0, wide, outputs, filters, weights, numbers(8, 1000, 0)));
      return numbers(29, 2 ** 31, 2);
    },
    sums: () => ({ kind: 'sum', bias: new Int32Array(filters) }),
  };
  const epilogue = epilogues[options.output]();
  const weights = Int8Array.from({ length: filters * kernel * kernel * channels }, () =>
    next() < 0.5 ? 1 : -1,
  );
  ops.push(convolution('binary-convolution', 1, window, outputs, filters, weights, epilogue));
  if (options.output !== 'sums')
    ops.push(
      convolution('int8-convolution', ops.length, one, outputs, 1, new Int8Array(filters), {
        kind: 'sum',
        bias: new Int32Array(1),
      }),
    );
  return { input: { height: size, width: size, channels }, ops, outputScale: 1 };
}

function convolution(kind, input, window, output, count, weights, epilogue) {
  return {
    kind,
    input,
    window,
    outputHeight: output,
    outputWidth: output,
    filters: count,
    weights,
    epilogue,
  };
}
