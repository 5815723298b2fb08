/**
 * The same layer in C (native/*.c), built with the system's `cc -O3`: what a processor's own popcounts can do. Each lane is
 * a process of its own that times itself, by the same clock, when its turn comes.
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
/** Of a program whose instructions this processor lacks. */
const UNSUPPORTED = 3;

/**
 * The native lanes that this machine can build and run; what is missing is said, not skipped in silence.
 *
 * @param {(message: string) => void} say
 */
export function openNative(say) {
  const folder = mkdtempSync(join(tmpdir(), 'bd-edge-bench-'));
  const close = () => rmSync(folder, { recursive: true, force: true });
  let compiler;
  try {
    compiler = execFileSync('cc', ['--version'], { encoding: 'utf8' }).split('\n')[0];
  } catch {
    say('The C lanes are left out: there is no `cc` here.');
    return { lanes: [], close };
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
    lanes.push({ lane, open: (...layer) => openProgram(lane, program, layer, say) });
  }
  return { lanes, compiler, close };
}

/**
 * @param {object} shape of networks.mjs
 * @param {Uint8Array} activations {0,1} [pixel][channel]
 * @param {Int8Array} weights +-1 [filter][tap][channel]
 * @param {ArrayLike<number>} sums what must come out, [pixel][filter]
 * @returns the lane, or nothing where the processor lacks the instructions
 */
async function openProgram(lane, program, [shape, activations, weights, sums], say) {
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

/** Channels in whole 64-bit words, the first in the lowest bit. */
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

/** So many bytes of a stream, aligned; undefined where it ends before. */
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
  new Promise((resolve) => {
    const done = () => {
      stream.off('readable', done);
      stream.off('end', done);
      resolve();
    };
    stream.on('readable', done);
    stream.on('end', done);
  });
