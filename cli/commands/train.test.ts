/** `bd-edge train` and `bd-edge data`, as built, in processes of their own. */
import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { EVENT_FILE } from '@bd-edge/trainer/internal';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeFiles, writeIdxFolder } from '../../trainer/data/testing.js';
import { readEvents } from '../../trainer/tensorboard/testing.js';

const command = fileURLToPath(new URL('../bin/bd-edge.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bd-edge-train-'));
const flags = ['--data', 'stripes', '--recipe', 'mnist', '--epochs', '2', '--finetune-epochs', '6'];
const quick = [...flags, '--batch', '20', '--limit', '100', '--rate', '0.01', '--optimizer', 'adamw'];

beforeAll(() => writeIdxFolder(join(folder, 'stripes'), { train: 150, test: 30, pack: gzipSync }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Decoded pictures go there, and not to the home folder. */
const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') };

function bdEdge(...args: string[]) {
  return bdEdgeIn(folder, ...args);
}

function bdEdgeIn(cwd: string, ...args: string[]) {
  return spawnSync(process.execPath, [command, ...args], { encoding: 'utf8', cwd, env });
}

/** Every file below a folder, with its bytes. */
function contentOf(of: string): Record<string, string> {
  const paths = (readdirSync(join(folder, of), { recursive: true }) as string[]).sort();
  const files = paths.filter((path) => statSync(join(folder, of, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, of, path), 'base64')]));
}

/** Starts a command and ends it with a signal once a file is there. */
async function stopOnce(file: string, signal: NodeJS.Signals, ...args: string[]) {
  const child = spawn(process.execPath, [command, ...args], { cwd: folder, env });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  while (!existsSync(join(folder, file)) && child.exitCode === null) await setTimeout(5);
  child.kill(signal);
  return { code: await closed, stderr };
}

const log = (run: string, phase: string) =>
  JSON.parse(readFileSync(join(folder, run, `${phase}-training`, 'log.json'), 'utf8')).map(
    ({ seconds: _, ...line }: { seconds: number }) => line,
  );

/** Up to the last epoch of both trainings. */
const secondsOf = (run: string) =>
  ['coupled', 'finetune']
    .map((phase) => JSON.parse(readFileSync(join(folder, run, `${phase}-training`, 'log.json'), 'utf8')))
    .reduce((sum, log) => sum + log.at(-1).seconds, 0);

test('a run that is killed, resumed, stopped by Ctrl-C and resumed ends like one that is left alone', async () => {
  const whole = bdEdge('train', ...quick, '--out', 'whole', '--json');
  expect(whole.status).toBe(0);
  const eager = ['--checkpoint-minutes', '0'];
  await stopOnce(
    'my; run/coupled-training/checkpoint.bin',
    'SIGKILL',
    'train',
    ...quick,
    ...eager,
    '--out',
    'my; run',
  );
  expect(existsSync(join(folder, 'my; run', 'run.json'))).toBe(false);

  const again = ['train', '--resume', '--out', 'my; run', ...eager];
  const stopped = await stopOnce('my; run/finetune-training/checkpoint.bin', 'SIGINT', ...again);
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toMatch(
    /Training was stopped in epoch \d, after \d+ of its steps; go on with: bd-edge train --resume --out 'my; run'\n$/,
  );

  const early = bdEdge('export', 'my; run');
  expect(early.status).toBe(4);
  expect(early.stderr).toContain(
    "The training run in my; run has not ended; go on with: bd-edge train --resume --out 'my; run'\n",
  );

  const other = bdEdge(...again, '--rate', '0.5');
  expect(other.status).toBe(2);
  expect(other.stderr).toContain('began with rate 0.01, not 0.5');

  const resumed = bdEdge(...again, '--json', '--tensorboard', 'boards');
  expect(resumed.status).toBe(0);
  for (const phase of ['coupled', 'finetune']) expect(log('my; run', phase)).toEqual(log('whole', phase));
  for (const phase of ['coupled', 'finetune']) {
    const events = readEvents(readFileSync(join(folder, 'boards', phase, EVENT_FILE))).slice(1);
    const curve = log('my; run', phase).map((line: { loss: number }) => Math.fround(line.loss));
    expect(events.map(({ scalars }) => scalars['loss/training'])).toEqual(curve);
  }
  const outcome = ({ stdout }: { stdout: string }) => {
    const { seconds: _, out: __, ...rest } = JSON.parse(stdout);
    return rest;
  };
  expect(outcome(resumed)).toEqual(outcome(whole));
  expect(outcome(resumed)).toMatchObject({ data: 'stripes', recipe: 'mnist', limit: 100 });
  expect(readFileSync(join(folder, 'my; run', 'report.html'), 'utf8')).toContain('</html>');

  // There is nothing left to do, and what was done still counts.
  const { seconds } = JSON.parse(resumed.stdout);
  const finished = JSON.parse(bdEdge('train', '--resume', '--out', 'my; run', '--json').stdout);
  expect(finished.seconds).toBeGreaterThanOrEqual(secondsOf('my; run'));
  expect(seconds).toBeGreaterThanOrEqual(secondsOf('my; run'));

  const exported = bdEdge('export', 'my; run', '-o', 'stripes.bdm', '--json');
  expect(JSON.parse(exported.stdout).agreement).toMatchObject({ images: 10, classesDiffering: 0 });
  const alone = bdEdge('export', join('my; run', 'coupled'), '-o', 'coupled.bdm', '--json');
  expect(JSON.parse(alone.stdout).agreement).toMatchObject({ images: 10, classesDiffering: 0 });
  // What it was trained on is known to it.
  const evaluated = bdEdge('eval', 'stripes.bdm', '--json');
  expect(JSON.parse(evaluated.stdout)).toMatchObject({
    data: 'stripes',
    images: 30,
    accuracy: outcome(resumed).finetuned.testAccuracy,
  });
}, 60_000);

test('what a run leaves does not pass for that of another run in its folder', async () => {
  const args = ['--data', 'stripes', '--recipe', 'mnist', '--epochs', '1', '--batch', '50'];
  const done = ['--finetune-epochs', '1', '--backend', 'wasm', '--out', 'used'];
  expect(bdEdge('train', ...args, ...done).status).toBe(0);
  const slow = ['--finetune-epochs', '500', '--backend', 'wasm', '--checkpoint-minutes', '0'];
  rmSync(join(folder, 'used', 'finetune-training'), { recursive: true });
  const checkpoint = 'used/finetune-training/checkpoint.bin';
  await stopOnce(
    checkpoint,
    'SIGKILL',
    'train',
    ...args,
    ...slow,
    '--out',
    'used',
    '--seed',
    '9',
    '--overwrite',
  );
  for (const left of ['run.json', 'finetuned']) expect(existsSync(join(folder, 'used', left))).toBe(false);
  // It goes on where it was, on the backend on which it began.
  const other = bdEdge('train', '--resume', '--out', 'used', '--backend', 'native');
  expect(other.stderr).toContain('began with backend wasm, not native');
  const nextEpoch = 'used/finetune-training/log.json';
  rmSync(join(folder, nextEpoch), { force: true });
  const resumed = await stopOnce(nextEpoch, 'SIGINT', 'train', '--resume', '--out', 'used');
  expect(resumed).toMatchObject({ code: 130, stderr: expect.stringContaining('WebAssembly') });
}, 60_000);

test('what is refused costs no earlier run, and makes no folder', () => {
  const args = [
    '--data',
    'stripes',
    '--recipe',
    'mnist',
    '--epochs',
    '1',
    '--batch',
    '150',
    '--backend',
    'wasm',
  ];
  expect(bdEdge('train', ...args, '--finetune-epochs', '1', '--out', 'keep').status).toBe(0);
  const kept = contentOf('keep');
  expect(Object.keys(kept)).toEqual(expect.arrayContaining(['run.json', 'report.html']));
  const again = bdEdge('train', ...args, '--out', 'keep');
  expect(again).toMatchObject({ status: 2, stderr: expect.stringContaining('replace it by --overwrite') });
  expect(contentOf('keep')).toEqual(kept);
  for (const [flags, reason] of [
    [['--label-smoothing', '1'], 'The label smoothing is 1'],
    [['--precision', 'bfloat16'], 'The wasm backend cannot train in bfloat16'],
    [['--distill', '2'], 'Distillation has the weight 2'],
    [['--limit', '1'], 'A set of 1 cannot be divided'],
    [['--recipe', 'vgg7-cifar10'], 'stripes has images of 28 x 28 x 1'],
  ] as const) {
    for (const out of ['keep', 'not-made']) {
      const { status, stderr } = bdEdge('train', ...args, ...flags, '--overwrite', '--out', out);
      expect({ flags, status }).toEqual({ flags, status: 2 });
      expect(stderr).toContain(reason);
    }
    expect(contentOf('keep')).toEqual(kept);
    expect(existsSync(join(folder, 'not-made'))).toBe(false);
  }

  const settings = join(folder, 'keep', 'settings.json');
  const damaged = { ...JSON.parse(readFileSync(settings, 'utf8')), augment: 'bogus' };
  writeFileSync(settings, JSON.stringify(damaged));
  const { status, stderr } = bdEdge('train', '--resume', '--out', 'keep');
  expect(status).toBe(2);
  expect(stderr).toContain('There is no augmentation "bogus"');
}, 60_000);

test('data in the folder where one is, or above it, goes by its name, and nothing else is taken for a run', () => {
  cpSync(join(folder, 'stripes'), join(folder, 'here', 'stripes'), { recursive: true });
  const at = join(folder, 'here', 'stripes', 'teacher');
  mkdirSync(at);
  writeFileSync(join(at, 'notes.txt'), 'mine');
  const args = ['train', '--recipe', 'mnist', '--epochs', '1', '--finetune-epochs', '1', '--batch', '150'];
  for (const [cwd, data] of [
    [resolve(at, '..'), '.'],
    [at, '..'],
  ]) {
    const { status, stdout } = bdEdgeIn(cwd, ...args, '--data', data, '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout).out).toBe(join('runs', 'stripes'));
    expect(existsSync(join(cwd, 'runs', 'stripes', 'finetuned', 'model.json'))).toBe(true);
  }
  const { status, stderr } = bdEdgeIn(at, ...args, '--data', '..', '--out', '..');
  expect(status).toBe(2);
  expect(stderr).toContain(`${join('..', 'teacher', 'notes.txt')} is not from a run`);
  expect(readFileSync(join(at, 'notes.txt'), 'utf8')).toBe('mine');

  const foreign = { 'settings.json': '{"editor": "vi"}', 'run.json': '{}' };
  for (const [name, text] of Object.entries(foreign)) writeFileSync(join(at, name), text);
  const inside = bdEdgeIn(at, ...args, '--data', '..', '--out', '.', '--overwrite');
  expect(inside.status).toBe(2);
  expect(inside.stderr).toContain('settings.json does not hold the settings of a run, and a run in . would');
  for (const [name, text] of Object.entries(foreign)) expect(readFileSync(join(at, name), 'utf8')).toBe(text);
}, 60_000);

test('images that are not of a network are refused, by export and mismatch too', async () => {
  const layers = [
    { kind: 'int8-conv', filters: 4, kernel: 3 },
    { kind: 'norm' },
    { kind: 'ternary' },
    { kind: 'flatten' },
    { kind: 'binary-dense', units: 2 },
  ];
  const pixel = await sharp(Buffer.alloc(3, 9), { raw: { width: 1, height: 1, channels: 3 } })
    .png()
    .toBuffer();
  const pictures = Array.from({ length: 20 }, (_, i) => [`dots/train/${i % 2}/${i}.png`, pixel] as const);
  await writeFiles(folder, {
    ...Object.fromEntries(pictures),
    'dots/test/0/a.png': pixel,
    'dots/test/1/b.png': pixel,
  });
  writeFileSync(join(folder, 'dots.json'), JSON.stringify({ input: [20, 20, 1], layers }));
  const epochs = ['--epochs', '1', '--finetune-epochs', '1', '--batch', '9'];
  const args = ['--data', 'dots', '--recipe', 'mnist', '--network', 'dots.json', ...epochs];
  expect(bdEdge('train', ...args, '--out', 'dotted').stderr).not.toContain('error');
  for (const command of [
    ['export', 'dotted', '-o', 'dotted.bdm'],
    ['mismatch', '--model', 'dotted'],
  ]) {
    const { status, stderr } = bdEdge(...command, '--data', 'stripes');
    expect(stderr).toContain('stripes has images of 28 x 28 x 1');
    expect(status).toBe(2);
  }
}, 60_000);

test('a folder of pictures, read when they are due, one of them damaged: train, export, eval', async () => {
  const raw = { width: 28, height: 28, channels: 1 } as const;
  const files: Record<string, Uint8Array | string> = { 'pictures/train/2/damaged.png': 'none' };
  for (let i = 0; i < 30; i++) {
    const picture = sharp(Buffer.alloc(784, 8 * i), { raw });
    files[`pictures/train/${i % 3}/${i}.png`] = await picture.png().toBuffer();
  }
  await writeFiles(folder, files);
  const data = ['--data', 'pictures', '--corrupt', 'skip'];
  const epochs = ['--epochs', '1', '--finetune-epochs', '1'];
  const trained = bdEdge(
    'train',
    ...data,
    '--recipe',
    'mnist',
    '--stream',
    ...epochs,
    '--out',
    'p',
    '--json',
  );
  expect(trained.stderr).toContain(join('pictures', 'train', '2', 'damaged.png'));
  const exported = bdEdge('export', 'p', '-o', 'p.bdm', '--json');
  expect(JSON.parse(exported.stdout).agreement).toMatchObject({ images: 2, classesDiffering: 0 });
  const measured = bdEdge('mismatch', '--model', 'p', '--coordinates', '2', '--json');
  expect(JSON.parse(measured.stdout)).toMatchObject({ data: 'pictures', images: 24 });
  expect(JSON.parse(bdEdge('eval', 'p.bdm', ...data, '--json').stdout)).toMatchObject({ images: 6 });
  const refused = bdEdge('eval', 'p.bdm', '--data', 'pictures');
  expect(refused.status).toBe(4);
  expect(refused.stderr).toContain('damaged.png cannot be read as an image');
}, 60_000);

test('label smoothing and a teacher, from the command line', () => {
  const epochs = ['--epochs', '1', '--finetune-epochs', '1', '--teacher-epochs', '2'];
  const taught = ['--label-smoothing', '0.1', '--distill', '0.5', '--temperature', '2'];
  const args = ['--data', 'stripes', '--recipe', 'mnist', ...epochs, ...taught, '--batch', '50'];
  const { status, stdout } = bdEdge('train', ...args, '--out', 'taught', '--json');
  expect(status).toBe(0);
  expect(JSON.parse(stdout).teacher.validationAccuracy).toBeGreaterThanOrEqual(0);
  expect(log('taught', 'teacher')).toHaveLength(2);
  const refused = bdEdge('train', ...args, '--label-smoothing', '1', '--out', 'refused');
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain('The label smoothing is 1; it must be from 0 to below 1.');
});

test('a second run begins where the first one ended, and not on what is to be its validation set', () => {
  const args = ['train', '--data', 'stripes', '--recipe', 'mnist', '--epochs', '1', '--finetune-epochs', '1'];
  expect(bdEdge(...args, '--batch', '10', '--out', 'first').status).toBe(0);
  const again = [...args, '--batch', '150', '--rate', '1e-9', '--pretrained', 'first', '--json'];
  const second = bdEdge(...again, '--out', 'second');
  expect(JSON.parse(second.stdout)).toMatchObject({ pretrained: 'first', seed: 1 });
  // At such a rate one step changes nothing but the statistics of batch norm.
  const signs = (run: string) => JSON.stringify(log(run, 'coupled')[0].flipRatio);
  expect(signs('second')).toMatch(/^\{("\w+":0,?)+\}$/);
  expect(signs('first')).not.toMatch(/^\{("\w+":0,?)+\}$/);
  expect(log('second', 'coupled')[0].loss).toBeLessThan(log('first', 'coupled')[0].loss);

  const seen = bdEdge(...again, '--seed', '2', '--out', 'third');
  expect(seen.status).toBe(2);
  expect(seen.stderr).toContain('held out other images of stripes for validation; go on with its --seed 1.');
  const other = bdEdge(...again.with(-2, join('first', 'finetuned')), '--out', 'third');
  expect(other.status).toBe(2);
  expect(other.stderr).toContain('name the same network and options');
  const inside = bdEdge(...again, '--out', 'first');
  expect(inside.status).toBe(2);
  expect(inside.stderr).toContain('first is in the folder that this run replaces');
});

test('what will disappoint is told before training', () => {
  const network = {
    input: [28, 28, 1],
    layers: [
      { kind: 'int8-conv', filters: 4, kernel: 3, stride: 3 },
      { kind: 'norm' },
      { kind: 'ternary' },
      { kind: 'flatten' },
      { kind: 'binary-dense', units: 8 },
      { kind: 'norm' },
      { kind: 'relu', name: 'relu1' },
      { kind: 'int8-dense', units: 10 },
    ],
  };
  writeFileSync(join(folder, 'relu.json'), JSON.stringify(network));
  const args = ['--recipe', 'mnist', '--network', 'relu.json', '--epochs', '1', '--finetune-epochs', '1'];
  const { status, stderr } = bdEdge('train', '--data', 'stripes', ...args, '--batch', '150', '--out', 'relu');
  expect(stderr).toContain(
    'warning: Optimizer steps are few, 1 in all and 1 an epoch; take a smaller --batch',
  );
  expect(stderr).toContain('warning: relu1 (relu) cannot be exported; take fixed-point-relu.');
  expect(status).toBe(0);
}, 60_000);

test('what cannot be trained is told at once, with code 2', () => {
  for (const [args, reason] of [
    [['--resume', '--out', 'nowhere'], 'There is no run to resume in nowhere'],
    [['--data', 'stripes'], 'No recipe is made for the data "stripes"'],
    [['--rate', '0'], 'It must be a number above 0'],
    [['--teacher-epochs', '2'], '--teacher-epochs is of distillation, which is off'],
    [['--optimizer', 'magic'], 'Allowed choices are adam, adamw, momentum, nesterov'],
  ] as const) {
    const { status, stderr } = bdEdge('train', ...args);
    expect({ args, status }).toEqual({ args, status: 2 });
    expect(stderr).toContain(reason);
  }
});

test('data tells what a dataset is like', () => {
  const { train, test, classes, skipped } = JSON.parse(bdEdge('data', 'stripes', '--json').stdout);
  expect(train).toMatchObject({
    count: 150,
    height: 28,
    width: 28,
    channels: 1,
    perClass: new Array(10).fill(15),
  });
  expect(train.mean[0]).toBeGreaterThan(test.mean[0] - 5);
  expect({ tests: test.count, classes: classes.length, skipped }).toEqual({
    tests: 30,
    classes: 10,
    skipped: [],
  });
  expect(bdEdge('data', 'stripes').stdout).toMatch(/all\s+150\s+30\n\n28 x 28 x 1, values 0\.\.255\n/);
});
