import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { bdEdgeWith } from './testing/command.js';
import { temporaryFolder } from './testing/folder.js';

/** The name of a folder that no artefact may contain. */
const SECRET = 'customer-nightshade';
const folder = temporaryFolder();
const home = join(folder, SECRET);
const pictures = join(home, 'pictures');
const runs = join(folder, 'out');

/** Every file of a folder and of the folders in it. */
function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesOf(join(path, name)));
}

/** The forms that bytes of a name may have in a file. */
const FORMS = [
  SECRET,
  Buffer.from(SECRET).toString('base64').slice(0, 24),
  Buffer.from(SECRET, 'utf16le').toString('latin1'),
];

function expectNothing(files: readonly string[]): void {
  // `--resume` and `export` find the data by the settings of a run, which stay on the computer.
  for (const file of files.filter((file) => basename(file) !== 'settings.json')) {
    const content = readFileSync(file, 'latin1');
    for (const form of [...FORMS, `${hostname()}/`, `/home/${userInfo().username}/`])
      expect(content.includes(form), `${form} in ${file}`).toBe(false);
  }
}

const bdEdge = (...args: string[]) => {
  const { status, stderr } = bdEdgeWith({ cwd: folder }, ...args);
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
};

beforeAll(async () => {
  for (const [name, level] of [
    ['dark', 40],
    ['light', 200],
  ] as const) {
    for (const [part, count] of [
      ['train', 12],
      ['test', 4],
    ] as const) {
      mkdirSync(join(pictures, part, name), { recursive: true });
      for (let i = 0; i < count; i++) {
        const background = { r: level + i, g: level, b: level - i };
        await sharp({ create: { width: 32, height: 32, channels: 3, background } })
          .png()
          .toFile(join(pictures, part, name, `${i}.png`));
      }
    }
  }
});

const TRAIN = [
  '--recipe',
  'mnist',
  '--width',
  '0.2',
  '--batch',
  '6',
  '--epochs',
  '1',
  '--finetuned-epochs',
  '1',
  '--backend',
  'wasm',
];

test('no artefact of a run, an export or a compilation has a path of the computer', {
  timeout: 240_000,
}, () => {
  bdEdge('train', '--data', pictures, '--out', join(runs, 'run'), ...TRAIN);
  for (const stage of ['coupled', 'finetuned'])
    bdEdge('export', join(runs, 'run'), '--stage', stage, '-o', join(runs, `${stage}.bdm`));
  for (const ending of ['wasm', 'mjs', 'c'])
    bdEdge('compile', join(runs, 'finetuned.bdm'), '-o', join(runs, `model.${ending}`));
  bdEdge('eval', join(runs, 'finetuned.bdm'), '--data', pictures);
  const files = filesOf(runs);
  for (const ending of ['.bdm', '.wasm', '.mjs', '.c', '.html', '.json', '.safetensors'])
    expect(
      files.some((file) => file.endsWith(ending)),
      ending,
    ).toBe(true);
  expectNothing(files);
});

test('nor do those of a run that began from weights and a network of that folder', {
  timeout: 240_000,
}, () => {
  const out = join(runs, 'again');
  bdEdge('train', '--data', pictures, '--out', join(home, 'first'), ...TRAIN);
  bdEdge('train', '--data', pictures, '--out', out, '--pretrained', join(home, 'first'), ...TRAIN);
  bdEdge('export', out, '-o', join(runs, 'again.bdm'));
  expectNothing([...filesOf(out), join(runs, 'again.bdm')]);
});
