import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import * as layout from '../../assembly/layout.js';
import { randomWasm } from '../../firmware/testing/random-wasm.js';
import { mutate, reseal } from '../../sdk/testing/mutations.js';
import { type Random, random } from '../../sdk/testing/random-graph.js';

/** A command and the hostile file that it reads. */
export interface Case {
  /** The kind of the file, and what is odd about it. */
  what: string;
  args: string[];
  cwd: string;
}

/** Pictures of 8 x 8 pixels, of two classes. */
const SIDE = 8;

const NETWORK = {
  name: 'tiny',
  input: [SIDE, SIDE, 1],
  layers: [
    { kind: 'int8-conv', filters: 4, kernel: 3, padding: 'same' },
    { kind: 'max-pool', size: 2 },
    { kind: 'norm' },
    { kind: 'ternary' },
    { kind: 'binary-conv', filters: 4, kernel: 'whole' },
    { kind: 'norm' },
    { kind: 'ternary' },
    { kind: 'flatten' },
    { kind: 'int8-dense', name: 'logits', units: 2 },
  ],
};

const TRAIN = ['--data', 'pictures', '--recipe', 'mnist', '--network', 'network.json', '--epochs', '1'];
const COMPARE = [
  ...['--methods', 'direct,coupled', '--seeds', '1', '--learning-rates', '0.01', '--epochs', '2'],
  ...['--finetuned-epochs', '1'],
];

/**
 * Makes a folder with a valid file of each kind that the command reads: pictures, a network, a run, a model and a
 * comparison.
 *
 * @param run runs the command in the folder
 */
export async function makeOriginals(folder: string, run: (...args: string[]) => void): Promise<void> {
  for (const part of ['train', 'test']) {
    for (const [index, label] of ['cat', 'dog'].entries()) {
      const pictures = join(folder, 'pictures', part, label);
      mkdirSync(pictures, { recursive: true });
      for (let i = 0; i < 4; i++) {
        const pixels = Uint8Array.from({ length: SIDE * SIDE }, (_, at) => at * 7 + i * 31 + index * 90);
        const raw = { width: SIDE, height: SIDE, channels: 1 } as const;
        await sharp(pixels, { raw })
          .png()
          .toFile(join(pictures, `${i}.png`));
      }
    }
  }
  writeFileSync(join(folder, 'network.json'), JSON.stringify(NETWORK));
  run('train', ...TRAIN, '--finetuned-epochs', '1', '--out', 'run');
  run('export', 'run', '-o', 'model.bdm');
  run('compare', ...TRAIN, ...COMPARE, '--out', 'compared');
}

/** A kind of files: the place of the original, what makes another one of it, and the commands that read it. */
interface Kind {
  path: string;
  change: (bytes: Uint8Array, rng: Random) => Uint8Array;
  commands: string[][];
}

const PICTURE = 'pictures/test/cat/0.png';
const RESUME = ['train', '--resume', '--out', 'run'];
const EXPORT = ['export', 'run', '-o', 'exported.bdm'];
const OF_MODEL = [
  ['inspect', 'model.bdm'],
  ['inspect', 'model.bdm', '--json', '--board', 'pico'],
  ['predict', 'model.bdm', PICTURE],
  ['eval', 'model.bdm', '--data', 'pictures', '--report', 'report.html', '--wrong', 'wrong.csv'],
  ['deploy', 'model.bdm', '--port', 'sim:'],
  ['compile', 'model.bdm', '-o', 'compiled.wasm'],
  ['compile', 'model.bdm', '-o', 'compiled.mjs'],
  ['compile', 'model.bdm', '-o', 'compiled.c'],
];

const KINDS: Record<string, Kind> = {
  model: { path: 'model.bdm', change: mutate, commands: OF_MODEL },
  metadata: { path: 'model.bdm', change: withMetadata, commands: OF_MODEL },
  picture: {
    path: PICTURE,
    change: changedBytes,
    commands: [
      ['predict', 'model.bdm', PICTURE],
      ['predict', 'model.bdm', 'pictures/test'],
      ['data', 'pictures', '--size', '8x8'],
      ['eval', 'model.bdm', '--data', 'pictures', '--corrupt', 'skip'],
    ],
  },
  network: {
    path: 'network.json',
    change: changedJson,
    commands: [
      ['summary', 'network.json'],
      ['summary', 'network.json', '--variant', 'coupled', '--board', 'm7', '--json'],
      ['train', ...TRAIN, '--finetuned-epochs', '0', '--out', 'another'],
    ],
  },
  'topology and manifest': {
    path: 'run/finetuned/model.json',
    change: changedJson,
    commands: [
      [...EXPORT, '--stage', 'finetuned'],
      ['mismatch', '--model', 'run/finetuned', '--data', 'pictures', '--limit', '4', '--coordinates', '2'],
    ],
  },
  'pretrained network': {
    path: 'run/coupled/model.json',
    change: changedJson,
    commands: [
      ['train', ...TRAIN, '--finetuned-epochs', '0', '--pretrained', 'run/coupled', '--out', 'another'],
    ],
  },
  weights: {
    path: 'run/finetuned/*.bin',
    change: changedBytes,
    commands: [[...EXPORT, '--stage', 'finetuned']],
  },
  record: {
    path: 'run/run.json',
    change: changedJson,
    commands: [EXPORT, ['export', 'run', '-o', 'x', '--json']],
  },
  settings: { path: 'run/settings.json', change: changedJson, commands: [RESUME, EXPORT] },
  checkpoint: {
    path: 'run/finetuned-training/checkpoint.safetensors',
    change: changedTensors,
    commands: [RESUME],
  },
  log: { path: 'run/finetuned-training/log.json', change: changedJson, commands: [RESUME] },
  comparison: {
    path: 'compared/compare.json',
    change: changedJson,
    commands: [
      ['compare', '--table', 'compared/compare.json'],
      ['compare', '--table', 'compared/compare.json', '--plot', 'plot.svg', '--json'],
    ],
  },
  engine: {
    path: 'engine.wasm',
    change: (_, rng) => randomWasm(rng, rng.chance(0.3) ? 0 : 0.01),
    commands: [['deploy', 'model.bdm', '--port', 'sim:', '--engine', 'engine.wasm']],
  },
};

/** Makes a case from a seed in a folder of its own, which is a copy of the originals with one hostile file. */
export function makeCase(originals: string, folder: string, seed: number): Case {
  const rng = random(seed);
  const kinds = Object.entries(KINDS);
  const [name, { path, change, commands }] = pick(rng, kinds);
  cpSync(originals, folder, { recursive: true });
  const file = join(folder, expand(folder, path));
  const special = rng.chance(0.15) ? pick(rng, Object.keys(SPECIAL)) : undefined;
  if (special !== undefined) {
    rmSync(file, { force: true });
    SPECIAL[special](file);
  } else {
    writeFileSync(file, change(original(file), rng));
  }
  return { what: `${name}, ${special ?? 'changed'}`, args: pick(rng, commands), cwd: folder };
}

const pick = <T>(rng: Random, items: readonly T[]): T => items[rng.integer(0, items.length - 1)];

/** Replaces a name with a star by the only file of its folder with that ending. */
function expand(folder: string, path: string): string {
  const [start, end] = path.split('*');
  if (end === undefined) return path;
  return start + readdirSync(join(folder, dirname(path))).find((name) => name.endsWith(end));
}

function original(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch {
    return new Uint8Array();
  }
}

/** Things that a user may have by mistake where the command expects a file. */
const SPECIAL: Record<string, (file: string) => void> = {
  'a folder': (file) => mkdirSync(file),
  'an empty file': (file) => writeFileSync(file, ''),
  nothing: () => {},
  'a pipe': (file) => void execFileSync('mkfifo', [file]),
  'endless zeros': (file) => symlinkSync('/dev/zero', file),
  'a link to itself': (file) => symlinkSync(file, file),
  'memory of the process': (file) => symlinkSync('/proc/self/mem', file),
  '5 GiB of zeros': (file) => {
    writeFileSync(file, '');
    truncateSync(file, 5 * 2 ** 30);
  },
};

const NAMES = [
  '\u001b[2J\u001b]0;owned\u0007',
  'error: forged\nactive on board',
  'gpj.\u202eexe',
  '\u0000',
  'x'.repeat(70_000),
];
const TEXTS = [
  ...NAMES,
  '',
  'toString',
  '__proto__',
  'constructor',
  '/dev/zero',
  '../../../etc/passwd',
  '</script><b>',
  'NaN',
];
const NUMBERS = [0, -0, -1, 0.5, 1, 2, 255, 65_536, 2 ** 31, 2 ** 32, 2 ** 53, 1e308, -1e308];

/** Returns a JSON value as no writer of these files makes it. */
function oddValue(rng: Random): unknown {
  return pick<() => unknown>(rng, [
    () => pick(rng, TEXTS),
    () => pick(rng, TEXTS),
    () => pick(rng, NUMBERS),
    () => pick(rng, NUMBERS),
    () => pick(rng, [null, true, false, [], {}, [[]], { data: {} }]),
    () => JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1, "length": 4294967295}'),
    () => Array(rng.integer(1, 3000)).fill(pick(rng, [...NUMBERS, '', 'toString'])),
  ])();
}

/** Text that nests deeper than readers that call themselves can follow. */
const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const DEEP_MARK = 'DEEP';

/** Replaces, removes, repeats or renames some parts of a JSON text, or shortens it. */
function changedJson(bytes: Uint8Array, rng: Random): Uint8Array {
  if (rng.chance(0.1)) return changedBytes(bytes, rng);
  const root = { value: JSON.parse(new TextDecoder().decode(bytes)) };
  for (let count = rng.integer(1, 3); count > 0; count--) changePart(root, rng);
  return new TextEncoder().encode(JSON.stringify(root.value ?? null).replace(`"${DEEP_MARK}"`, DEEP));
}

type Container = Record<string, unknown>;

function changePart(root: Container, rng: Random): void {
  const places: [Container, string][] = [];
  const visit = (container: Container) => {
    for (const [key, value] of Object.entries(container)) {
      places.push([container, key]);
      if (typeof value === 'object' && value !== null && places.length < 5000) visit(value as Container);
    }
  };
  visit(root);
  // All may be removed already.
  if (places.length === 0) return;
  const [container, key] = pick(rng, places);
  const kind = rng.integer(0, 9);
  if (kind < 6) container[key] = oddValue(rng);
  else if (kind === 6) delete container[key];
  else if (kind === 7) container[pick(rng, TEXTS)] = container[key];
  else if (kind === 8)
    container[key] = pick(
      rng,
      places.map(([from, at]) => structuredClone(from[at])),
    );
  else container[key] = rng.chance(0.5) ? DEEP_MARK : [container[key], container[key]];
}

function changedBytes(bytes: Uint8Array, rng: Random): Uint8Array {
  if (bytes.length === 0 || rng.chance(0.1))
    return Uint8Array.from({ length: rng.integer(0, 300) }, () => rng.integer(0, 255));
  const changed = bytes.slice();
  for (let count = rng.integer(1, 8); count > 0; count--) {
    changed[rng.integer(0, changed.length - 1)] = pick(rng, [0, 1, 0x7f, 0x80, 0xff, rng.integer(0, 255)]);
  }
  return rng.chance(0.2) ? changed.subarray(0, rng.integer(0, changed.length)) : changed;
}

/** Changes the JSON header of a file of tensors, with its new length, or any bytes. */
function changedTensors(bytes: Uint8Array, rng: Random): Uint8Array {
  if (rng.chance(0.3)) return changedBytes(bytes, rng);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = changedJson(bytes.subarray(8, 8 + length), rng);
  const start = new Uint8Array(8);
  new DataView(start.buffer).setBigUint64(0, BigInt(header.length), true);
  return Buffer.concat([start, header, bytes.subarray(8 + length)]);
}

/** Changes the metadata of a model, which is at its end. */
function withMetadata(bytes: Uint8Array, rng: Random): Uint8Array {
  const entry = layout.HEADER_SECTIONS + 8 * layout.SECTION_METADATA;
  const start = new DataView(bytes.buffer, bytes.byteOffset).getUint32(entry, true);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(entry + 4, true);
  const metadata = changedJson(bytes.subarray(start, start + length), rng);
  const changed = new Uint8Array(start + metadata.length);
  changed.set(bytes.subarray(0, start));
  changed.set(metadata, start);
  new DataView(changed.buffer).setUint32(entry + 4, metadata.length, true);
  return reseal(changed);
}
