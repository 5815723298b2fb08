/** The built `bd-edge train` on small datasets. */
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { CHECKPOINT_FILE, EVENT_FILE } from '@bd-edge/trainer/internal';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { writeFiles, writeIdxFolder } from '../../trainer/data/testing.js';
import { readEvents } from '../../trainer/tensorboard/testing.js';
import { bdEdgeWith, command, failure as failureIn } from '../testing/command.js';
import { temporaryFolder } from '../testing/folder.js';

const folder = temporaryFolder();
const flags = ['--data', 'stripes', '--recipe', 'mnist', '--epochs', '2', '--finetuned-epochs', '6'];
const quick = [
  ...flags,
  '--batch',
  '20',
  '--limit',
  '100',
  '--learning-rate',
  '0.01',
  '--optimizer',
  'adamw',
];

beforeAll(() => writeIdxFolder(join(folder, 'stripes'), { train: 150, test: 30, pack: gzipSync }));

/** The cache of decoded pictures stays out of the home folder. */
const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') };

const bdEdgeIn = (cwd: string, ...args: string[]) => bdEdgeWith({ cwd, env }, ...args);
const bdEdge = (...args: string[]) => bdEdgeIn(folder, ...args);
const failure = (...args: string[]) => failureIn({ cwd: folder, env }, ...args);

/** Returns all files in a folder with their bytes. */
function contentOf(of: string): Record<string, string> {
  const paths = (readdirSync(join(folder, of), { recursive: true }) as string[]).sort();
  const files = paths.filter((path) => statSync(join(folder, of, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, of, path), 'base64')]));
}

/** Starts a command and sends it a signal as soon as a file exists. */
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

/** Returns the seconds of both trainings. */
const secondsOf = (run: string) =>
  ['coupled', 'finetuned']
    .map((phase) => JSON.parse(readFileSync(join(folder, run, `${phase}-training`, 'log.json'), 'utf8')))
    .reduce((sum, log) => sum + log.at(-1).seconds, 0);

test('a run that is killed, resumed, aborted by Ctrl-C and resumed equals one without interruption', async () => {
  const whole = bdEdge('train', ...quick, '--out', 'whole', '--json');
  expect(whole.status).toBe(0);
  const eager = ['--checkpoint-minutes', '0'];
  await stopOnce(
    `my; run/coupled-training/${CHECKPOINT_FILE}`,
    'SIGKILL',
    'train',
    ...quick,
    ...eager,
    '--out',
    'my; run',
  );
  expect(existsSync(join(folder, 'my; run', 'run.json'))).toBe(false);

  const again = ['train', '--resume', '--out', 'my; run', ...eager];
  const stopped = await stopOnce(`my; run/finetuned-training/${CHECKPOINT_FILE}`, 'SIGINT', ...again);
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toMatch(/bd-edge train --resume --out 'my; run'\n$/);

  expect(failure('export', 'my; run')).toEqual({ status: 4, code: 'unfinished-run' });

  expect(failure(...again, '--lr', '0.5')).toEqual({ status: 2, code: 'other-settings' });

  const resumed = bdEdge(...again, '--json', '--tensorboard', 'boards');
  expect(resumed.status).toBe(0);
  for (const phase of ['coupled', 'finetuned']) expect(log('my; run', phase)).toEqual(log('whole', phase));
  for (const phase of ['coupled', 'finetuned']) {
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

  // A finished run reports the time that it took.
  const { seconds } = JSON.parse(resumed.stdout);
  const finished = JSON.parse(bdEdge('train', '--resume', '--out', 'my; run', '--json').stdout);
  expect(finished.seconds).toBeGreaterThanOrEqual(secondsOf('my; run'));
  expect(seconds).toBeGreaterThanOrEqual(secondsOf('my; run'));

  const exported = bdEdge('export', 'my; run', '-o', 'stripes.bdm', '--json');
  expect(JSON.parse(exported.stdout).agreement).toMatchObject({ images: 10, classesDiffering: 0 });
  const alone = bdEdge('export', join('my; run', 'coupled'), '-o', 'coupled.bdm', '--json');
  expect(JSON.parse(alone.stdout).agreement).toMatchObject({ images: 10, classesDiffering: 0 });
  // The training data is in the metadata.
  const evaluated = bdEdge('eval', 'stripes.bdm', '--json');
  expect(JSON.parse(evaluated.stdout)).toMatchObject({
    data: 'stripes',
    images: 30,
    accuracy: outcome(resumed).finetuned.testAccuracy,
  });
}, 60_000);

test('the files of an earlier run are not mistaken for those of a new one', async () => {
  const args = ['--data', 'stripes', '--recipe', 'mnist', '--epochs', '1', '--batch', '50'];
  const done = ['--finetuned-epochs', '1', '--backend', 'wasm', '--out', 'used'];
  expect(bdEdge('train', ...args, ...done).status).toBe(0);
  const slow = ['--finetuned-epochs', '500', '--backend', 'wasm', '--checkpoint-minutes', '0'];
  rmSync(join(folder, 'used', 'finetuned-training'), { recursive: true });
  const checkpoint = `used/finetuned-training/${CHECKPOINT_FILE}`;
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
  // It resumes on the backend on which it began.
  const native = ['train', '--resume', '--out', 'used', '--backend', 'native'];
  expect(failure(...native)).toEqual({ status: 2, code: 'other-settings' });
  const nextEpoch = 'used/finetuned-training/log.json';
  rmSync(join(folder, nextEpoch), { force: true });
  const resumed = await stopOnce(nextEpoch, 'SIGINT', 'train', '--resume', '--out', 'used');
  expect(resumed).toMatchObject({ code: 130, stderr: expect.stringContaining('WebAssembly') });
}, 60_000);

test('a rejected command changes no earlier run, and makes no folder', () => {
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
  expect(bdEdge('train', ...args, '--finetuned-epochs', '1', '--out', 'keep').status).toBe(0);
  const kept = contentOf('keep');
  expect(Object.keys(kept)).toEqual(expect.arrayContaining(['run.json', 'report.html']));
  expect(failure('train', ...args, '--out', 'keep')).toEqual({ status: 2, code: 'run-exists' });
  expect(contentOf('keep')).toEqual(kept);
  for (const flags of [
    ['--label-smoothing', '1'],
    ['--precision', 'bfloat16'],
    ['--distill', '2'],
    ['--limit', '1'],
    ['--recipe', 'vgg7-cifar10'],
  ]) {
    for (const out of ['keep', 'not-made'])
      expect(failure('train', ...args, ...flags, '--overwrite', '--out', out)).toMatchObject({ status: 2 });
    expect(contentOf('keep')).toEqual(kept);
    expect(existsSync(join(folder, 'not-made'))).toBe(false);
  }

  const settings = join(folder, 'keep', 'settings.json');
  const damaged = { ...JSON.parse(readFileSync(settings, 'utf8')), augment: 'bogus' };
  writeFileSync(settings, JSON.stringify(damaged));
  expect(failure('train', '--resume', '--out', 'keep')).toEqual({ status: 2, code: 'invalid-augmentation' });
}, 60_000);

test('data in the current folder or above is used by its name, and foreign files are kept', () => {
  cpSync(join(folder, 'stripes'), join(folder, 'here', 'stripes'), { recursive: true });
  const at = join(folder, 'here', 'stripes', 'teacher');
  mkdirSync(at);
  writeFileSync(join(at, 'notes.txt'), 'mine');
  const args = ['train', '--recipe', 'mnist', '--epochs', '1', '--finetuned-epochs', '1', '--batch', '150'];
  for (const [cwd, data] of [
    [resolve(at, '..'), '.'],
    [at, '..'],
  ]) {
    const { status, stdout } = bdEdgeIn(cwd, ...args, '--data', data, '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout).out).toBe(join('runs', 'stripes'));
    expect(existsSync(join(cwd, 'runs', 'stripes', 'finetuned', 'model.json'))).toBe(true);
  }
  expect(failureIn({ cwd: at, env }, ...args, '--data', '..', '--out', '..')).toMatchObject({ status: 2 });
  expect(readFileSync(join(at, 'notes.txt'), 'utf8')).toBe('mine');

  const foreign = { 'settings.json': '{"editor": "vi"}', 'run.json': '{}' };
  for (const [name, text] of Object.entries(foreign)) writeFileSync(join(at, name), text);
  expect(failureIn({ cwd: at, env }, ...args, '--data', '..', '--out', '.', '--overwrite')).toEqual({
    status: 2,
    code: 'foreign-settings',
  });
  for (const [name, text] of Object.entries(foreign)) expect(readFileSync(join(at, name), 'utf8')).toBe(text);
}, 60_000);

test('images of another size than the input of a network are rejected by export and mismatch', async () => {
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
  const epochs = ['--epochs', '1', '--finetuned-epochs', '1', '--batch', '9'];
  const args = ['--data', 'dots', '--recipe', 'mnist', '--network', 'dots.json', ...epochs];
  expect(bdEdge('train', ...args, '--out', 'dotted').stderr).not.toContain('error');
  for (const command of [
    ['export', 'dotted', '-o', 'dotted.bdm'],
    ['mismatch', '--model', 'dotted'],
  ]) {
    expect(failure(...command, '--data', 'stripes')).toMatchObject({ status: 2 });
  }
}, 60_000);

test('a streamed folder with a damaged picture: train, export, mismatch, eval', async () => {
  const raw = { width: 28, height: 28, channels: 1 } as const;
  const files: Record<string, Uint8Array | string> = { 'pictures/train/2/damaged.png': 'none' };
  for (let i = 0; i < 30; i++) {
    const picture = sharp(Buffer.alloc(784, 8 * i), { raw });
    files[`pictures/train/${i % 3}/${i}.png`] = await picture.png().toBuffer();
  }
  await writeFiles(folder, files);
  const data = ['--data', 'pictures', '--corrupt', 'skip'];
  const epochs = ['--epochs', '1', '--finetuned-epochs', '1'];
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
  expect(failure('eval', 'p.bdm', '--data', 'pictures')).toMatchObject({ status: 4 });
}, 60_000);

test('label smoothing and distillation', () => {
  const epochs = ['--epochs', '1', '--finetuned-epochs', '1', '--teacher-epochs', '2'];
  const taught = ['--label-smoothing', '0.1', '--distill', '0.5', '--temperature', '2'];
  const args = ['--data', 'stripes', '--recipe', 'mnist', ...epochs, ...taught, '--batch', '50'];
  const { status, stdout } = bdEdge('train', ...args, '--out', 'taught', '--json');
  expect(status).toBe(0);
  expect(JSON.parse(stdout).teacher.validationAccuracy).toBeGreaterThanOrEqual(0);
  expect(log('taught', 'teacher')).toHaveLength(2);
});

test('--pretrained starts from another run, unless that was trained on the validation images', () => {
  const args = [
    'train',
    '--data',
    'stripes',
    '--recipe',
    'mnist',
    '--epochs',
    '1',
    '--finetuned-epochs',
    '1',
  ];
  expect(bdEdge(...args, '--batch', '10', '--out', 'first').status).toBe(0);
  const again = [...args, '--batch', '150', '--learning-rate', '1e-9', '--pretrained', 'first', '--json'];
  const second = bdEdge(...again, '--out', 'second');
  expect(JSON.parse(second.stdout)).toMatchObject({ pretrained: 'first', seed: 1 });
  // With this learning rate, one step changes only the statistics of batch norm.
  const signs = (run: string) => JSON.stringify(log(run, 'coupled')[0].flipRatio);
  expect(signs('second')).toMatch(/^\{("\w+":0,?)+\}$/);
  expect(signs('first')).not.toMatch(/^\{("\w+":0,?)+\}$/);
  expect(log('second', 'coupled')[0].loss).toBeLessThan(log('first', 'coupled')[0].loss);

  expect(failure(...again, '--seed', '2', '--out', 'third')).toEqual({
    status: 2,
    code: 'seen-validation-images',
  });
  const finetuned = again.with(-2, join('first', 'finetuned'));
  expect(failure(...finetuned, '--out', 'third')).toMatchObject({ status: 2 });
  expect(failure(...again, '--out', 'first')).toEqual({ status: 2, code: 'pretrained-in-run' });
});

test('warnings come before training', () => {
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
  const args = ['--recipe', 'mnist', '--network', 'relu.json', '--epochs', '1', '--finetuned-epochs', '1'];
  const { status, stderr } = bdEdge('train', '--data', 'stripes', ...args, '--batch', '150', '--out', 'relu');
  expect(stderr).toMatch(/^warning: Only 1 training step: lower --batch/m);
  expect(stderr).toMatch(/^warning: relu1 \(relu\).*fixed-point-relu/m);
  expect(status).toBe(0);
}, 60_000);

test('usage errors are found before the training', () => {
  for (const [code, args] of [
    ['no-run', ['--resume', '--out', 'nowhere']],
    ['no-recipe-for-dataset', ['--data', 'stripes']],
    ['invalid-argument', ['--learning-rate', '0']],
    ['requires-distill', ['--data', 'stripes', '--recipe', 'mnist', '--teacher-epochs', '2']],
    ['invalid-argument', ['--optimizer', 'magic']],
  ] as const)
    expect(failure('train', ...args)).toEqual({ status: 2, code });
});
