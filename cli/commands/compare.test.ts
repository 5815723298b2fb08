/** The built `bd-edge compare` on a few small pictures. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { writeIdxFolder } from '../../trainer/data/testing.js';
import { bdEdgeWith, bdEdgeWithoutRoom, command, failure } from '../testing/command.js';
import { temporaryFolder } from '../testing/folder.js';

const folder = temporaryFolder();
const quick = [
  '--data',
  'stripes',
  '--recipe',
  'mnist',
  '--epochs',
  '2',
  '--tune-epochs',
  '2',
  '--batch',
  '25',
];
const rates = ['--learning-rates', '0.01,0.02', '--finetuned-learning-rates', '0.002'];

beforeAll(() => writeIdxFolder(join(folder, 'stripes'), { train: 110, test: 30 }));

const bdEdge = (...args: string[]) => bdEdgeWith({ cwd: folder }, 'compare', ...args);

test('all methods, then one seed more, then the table', () => {
  const all = [
    ...quick,
    '--learning-rates',
    '0.02',
    '--finetuned-learning-rates',
    '0.002',
    '--out',
    'all',
    '--json',
  ];
  const first = bdEdge(...all, '--seeds', '1');
  expect(first.status).toBe(0);
  const { results, runs } = JSON.parse(first.stdout);
  expect(results.map(({ method }: { method: string }) => method)).toEqual([
    'float',
    'direct',
    'coupled',
    'binaryduo',
    'decoupled',
  ]);
  expect(runs).toHaveLength(5);
  expect(first.stderr).toMatch(/final decoupled, seed 1, .*0\.02: .* \(5 of 5 runs, .*\)\n$/);

  const second = bdEdge(...all, '--seeds', '2', '--methods', 'direct,binaryduo');
  const more = JSON.parse(second.stdout);
  expect(more.runs).toEqual(expect.arrayContaining(runs));
  expect(more.runs).toHaveLength(7);
  const duo = more.results.find(({ method }: { method: string }) => method === 'binaryduo');
  expect(duo.difference).toMatchObject({ pairs: 2, interval: [expect.any(Number), expect.any(Number)] });

  const table = bdEdge('--table', 'all/compare.json', '--plot', 'all/differences.svg');
  expect(bdEdge('--table', 'all').stdout).toBe(table.stdout);
  expect(readFileSync(join(folder, 'all/differences.svg'), 'utf8')).toContain('>binaryduo<');
  expect(table.stdout).toMatch(/^stripes, .*mnist/);
  expect(table.stdout.match(/^\| (float|direct|coupled|binaryduo|decoupled) \|/gm)).toHaveLength(5);
}, 120_000);

test('after Ctrl-C the same command resumes; network and baseline from files', async () => {
  const layers = (filters: number, kind: string) => [
    { kind: 'int8-conv', filters, kernel: 3, stride: 3 },
    { kind: 'norm', momentum: 0.9 },
    { kind },
    { kind: 'flatten' },
    { kind: 'int8-dense', units: 10 },
  ];
  const write = (name: string, filters: number, kind: string) =>
    writeFileSync(join(folder, name), JSON.stringify({ input: [28, 28, 1], layers: layers(filters, kind) }));
  write('mine.json', 4, 'ternary');
  write('baseline.json', 8, 'binary');
  const methods = ['--network', 'mine.json', '--baseline', 'baseline.json', '--methods', 'direct,decoupled'];
  const args = [...quick, ...rates, ...methods, '--out', 'stopped', '--checkpoint-minutes', '0'];
  const child = spawn(process.execPath, [command, 'compare', ...args], { cwd: folder });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  const file = join(folder, 'stopped', 'compare.json');
  const runs = () => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).runs : []);
  while (runs().length === 0 && child.exitCode === null) await setTimeout(5);
  child.kill('SIGINT');
  expect(await closed).toBe(130);
  expect(stderr).toContain(join('stopped', 'compare.json'));
  const before = runs();

  const { status, stdout } = bdEdge(...args, '--json');
  expect(status).toBe(0);
  const { runs: after, costs } = JSON.parse(stdout);
  expect(after).toEqual(expect.arrayContaining(before));
  expect(costs.direct.weights).toBe(8 * 9 + 81 * 8 * 10);
  expect(costs.decoupled.weights).toBe(4 * 9 + 81 * 8 * 10);
}, 120_000);

test('continues without a reader of its messages, into a folder named after the data', async () => {
  const args = [
    ...quick.slice(2),
    ...rates.slice(2),
    '--learning-rates',
    '0.02',
    '--methods',
    'direct',
    '--seeds',
    '1',
  ];
  const cwd = join(folder, 'stripes');
  const child = spawn(process.execPath, [command, 'compare', '--data', '.', ...args], { cwd });
  child.stderr.destroy();
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  const { runs } = JSON.parse(readFileSync(join(cwd, 'runs', 'compare-stripes', 'compare.json'), 'utf8'));
  expect(runs).toHaveLength(1);
}, 120_000);

test('a diverging method is listed below the table; a file from elsewhere cannot control the terminal', () => {
  const methods = ['--methods', 'float', '--seeds', '1', '--learning-rates', '1e30', '--out', 'diverged'];
  const { status, stdout } = bdEdge(...quick, ...methods);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^float diverged with seed 1/m);

  const file = join(folder, 'diverged', 'compare.json');
  const evil = JSON.parse(readFileSync(file, 'utf8'));
  evil.experiment.data = '\x1b]0;title\x07\x1b[2Jstripes';
  writeFileSync(file, JSON.stringify(evil));
  const table = bdEdge('--table', file);
  expect(table.stdout).toMatch(/^\ufffd\]0;title\ufffd\ufffd\[2Jstripes/);
  expect(table.stdout).not.toMatch(/[\x07\x1b]/);
}, 120_000);

test.skipIf(process.platform === 'win32')('on a full disk the existing plot stays', () => {
  const [plot, file] = ['existing.svg', 'all/compare.json'].map((name) => join(folder, name));
  writeFileSync(plot, 'existing');
  const { status, stderr } = bdEdgeWithoutRoom('compare', '--table', file, '--plot', plot);
  expect({ status, stderr }).toMatchObject({ status: 4, stderr: expect.stringContaining(plot) });
  expect(readFileSync(plot, 'utf8')).toBe('existing');
});

test('usage errors are found before the training', () => {
  for (const [status, code, args] of [
    [2, 'invalid-argument', ['--methods', 'direct,magic']],
    [2, 'too-few-epochs', ['--epochs', '1']],
    [2, 'too-few-epochs', ['--epochs', '4', '--finetuned-epochs', '4']],
    [2, 'exclusive-augmentations', ['--augment', 'shift=2,crop=4']],
    [2, 'unknown-network', ['--network', 'magic']],
    [4, 'file-not-found', ['--table', 'nowhere.json']],
  ] as const) {
    const options = ['--data', 'stripes', '--recipe', 'mnist', ...args];
    expect(failure({ cwd: folder }, 'compare', ...options)).toEqual({ status, code });
  }
});
