/**
 * The same layer in C (native/*.c), built with the system's `cc -O3`: a comparison with the processor's own popcounts.
 * Each lane is a process that measures its own processor time when its turn comes.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAMS = [
  { lane: 'C scalar', source: 'scalar.c', flags: process.arch === 'x64' ? ['-mpopcnt'] : [] },
  { lane: 'C AVX2', source: 'avx2.c', flags: ['-mavx2'] },
  { lane: 'C AVX-512', source: 'avx512.c', flags: ['-mavx512f', '-mavx512vpopcntdq'] },
];
/** Exit code of a program whose instructions this processor lacks. */
const UNSUPPORTED = 3;

/**
 * Builds the native lanes that this machine can run, and reports the others.
 *
 * @param {(message: string) => void} say
 */
export function openNative(say) {
  const folder = mkdtempSync(join(tmpdir(), 'bd-edge-bench-'));
  const close = () => rmSync(folder, { recursive: true, force: true });
  let compiler = '';
  try {
    compiler = execFileSync('cc', ['--version'], { encoding: 'utf8' }).split('\n')[0];
  } catch {
    say('The C lanes are left out: there is no `cc` here.');
    return { lanes: [], compiler, close };
  }
  const lanes = [];
  for (const { lane, source, flags } of PROGRAMS) {
    const program = join(folder, source.replace('.c', ''));
    const file = fileURLToPath(new URL(`native/${source}`, import.meta.url));
    try {
      execFileSync('cc', ['-O3', ...flags, '-o', program, file], { stdio: ['ignore', 'ignore', 'pipe'] });
    } catch (error) {
      say(`${lane} is left out: cc does not build it (${String(error.stderr).trim().split('\n')[0]}).`);
      continue;
    }
    lanes.push({ lane, open: (layer) => openProgram(lane, program, layer, say) });
  }
  return { lanes, compiler, close };
}

/**
 * @typedef {object} NativeLayer
 * @property {import('./networks.mjs').LayerShape} shape
 * @property {Uint8Array} activations {0,1} [pixel][channel]
 * @property {Int8Array} weights +-1 [filter][tap][channel]
 * @property {ArrayLike<number>} sums the expected output, [pixel][filter]
 */

/**
 * @param {string} lane
 * @param {string} program the path of the executable
 * @param {NativeLayer} layer
 * @param {(message: string) => void} say
 * @returns the lane; undefined if the processor lacks the instructions
 */
async function openProgram(lane, program, { shape, activations, weights, sums }, say) {
  const { size, channels, filters, kernel, stride } = shape;
  const child = spawn(program, [size, channels, filters, kernel, stride].map(String), {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  // A program that ends before it has read its input says why by its exit code.
  child.stdin.on('error', () => {});
  const signs = packWords(weights, channels, (value) => value > 0);
  child.stdin.write(packWords(activations, channels, (value) => value === 1));
  child.stdin.write(signs);
  const bytes = await readBytes(child.stdout, 4 * sums.length);
  if (bytes === undefined) {
    const code = await ended;
    if (code !== UNSUPPORTED) throw new Error(`${lane} ended with exit code ${code}`);
    say(`${lane} is left out: this processor lacks its instructions.`);
    return undefined;
  }
  const ones = onesOf(weights, filters);
  const differing = new Int32Array(bytes.buffer, bytes.byteOffset, sums.length);
  if (differing.some((bits, i) => ones[i % filters] - bits !== sums[i])) {
    child.stdin.end();
    throw new Error(`${lane} gives wrong sums of ${shape.name}`);
  }
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    lane,
    async time(count) {
      child.stdin.write(`${count}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${lane} ended before its time`);
      return Number(value) / 1e6;
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

/** Packs channels into whole 64-bit words, the first into the lowest bit. */
function packWords(values, channels, isSet) {
  const bytesAPixel = 8 * Math.ceil(channels / 64);
  const packed = new Uint8Array((values.length / channels) * bytesAPixel);
  values.forEach((value, i) => {
    const channel = i % channels;
    if (isSet(value)) packed[Math.floor(i / channels) * bytesAPixel + (channel >> 3)] |= 1 << (channel & 7);
  });
  return packed;
}

const onesOf = (weights, filters) => {
  const each = weights.length / filters;
  return Array.from({ length: filters }, (_, f) =>
    weights.subarray(f * each, (f + 1) * each).reduce((sum, weight) => sum + (weight > 0 ? 1 : 0), 0),
  );
};

/** Reads a number of bytes of a stream; returns undefined if the stream ends before. */
async function readBytes(stream, count) {
  const bytes = Buffer.alloc(count);
  let length = 0;
  while (length < count) {
    const chunk = stream.read(Math.min(count - length, stream.readableLength) || undefined);
    if (chunk === null) {
      if (stream.readableEnded) return undefined;
      await moreOrEnd(stream);
      continue;
    }
    length += chunk.copy(bytes, length);
  }
  return bytes;
}

const moreOrEnd = (stream) =>
  /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      const done = () => {
        stream.off('readable', done);
        stream.off('end', done);
        resolve();
      };
      stream.on('readable', done);
      stream.on('end', done);
    })
  );
