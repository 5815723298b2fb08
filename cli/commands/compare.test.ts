/** `bd-edge compare`, as built, on a few small pictures. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeIdxFolder } from '../../trainer/data/testing.js';
import { bdEdgeWithoutRoom, command } from '../testing/command.js';

const folder = mkdtempSync(join(tmpdir(), 'bd-edge-compare-'));
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
const rates = ['--rates', '0.01,0.02', '--finetune-rates', '0.002'];

beforeAll(() => writeIdxFolder(join(folder, 'stripes'), { train: 110, test: 30 }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bdEdge = (...args: string[]) =>
  spawnSync(process.execPath, [command, 'compare', ...args], { encoding: 'utf8', cwd: folder });

test('all lanes, then one seed more, then the table', () => {
  const all = [...quick, '--rates', '0.02', '--finetune-rates', '0.002', '--out', 'all', '--json'];
  const first = bdEdge(...all, '--seeds', '1');
  expect(first.status).toBe(0);
  const { results, runs } = JSON.parse(first.stdout);
  expect(results.map(({ lane }: { lane: string }) => lane)).toEqual([
    'float',
    'direct',
    'coupled',
    'binaryduo',
    'decoupled',
  ]);
  expect(runs).toHaveLength(5);
  expect(first.stderr).toMatch(
    /final decoupled, seed 1, rate 0.02: validation .* \(5 of 5 runs, about 0 s left\)\n$/,
  );

  const second = bdEdge(...all, '--seeds', '2', '--lanes', 'direct,binaryduo');
  const more = JSON.parse(second.stdout);
  expect(more.runs.slice(0, 5)).toEqual(runs);
  expect(more.runs).toHaveLength(7);
  const duo = more.results.find(({ lane }: { lane: string }) => lane === 'binaryduo');
  expect(duo.difference).toMatchObject({ pairs: 2, interval: [expect.any(Number), expect.any(Number)] });

  const table = bdEdge('--table', 'all/compare.json', '--plot', 'all/differences.svg');
  expect(readFileSync(join(folder, 'all/differences.svg'), 'utf8')).toContain('>binaryduo<');
  expect(table.stdout).toMatch(
    /^stripes, network mnist, binary weights, 2 epochs in all \(BinaryDuo: 1 \+ 1\)/,
  );
  expect(table.stdout.match(/^\| (float|direct|coupled|binaryduo|decoupled) \|/gm)).toHaveLength(5);
}, 120_000);

test('Ctrl-C keeps what is done, and the same command goes on; a network and a baseline from files', async () => {
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
  const lanes = ['--network', 'mine.json', '--baseline', 'baseline.json', '--lanes', 'direct,decoupled'];
  const args = [...quick, ...rates, ...lanes, '--out', 'stopped', '--checkpoint-minutes', '0'];
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
  expect(stderr).toMatch(
    /stopped; finished runs are in stopped.compare.json, and the same command goes on from there/,
  );
  const before = runs();

  const { status, stdout } = bdEdge(...args, '--json');
  expect(status).toBe(0);
  const { runs: after, costs } = JSON.parse(stdout);
  expect(after.slice(0, before.length)).toEqual(before);
  expect(costs.direct.weights).toBe(8 * 9 + 81 * 8 * 10);
  expect(costs.decoupled.weights).toBe(4 * 9 + 81 * 8 * 10);
}, 120_000);

test('goes on without a reader of its messages, into a folder named after the data', async () => {
  const args = [...quick.slice(2), ...rates.slice(2), '--rates', '0.02', '--lanes', 'direct', '--seeds', '1'];
  const cwd = join(folder, 'stripes');
  const child = spawn(process.execPath, [command, 'compare', '--data', '.', ...args], { cwd });
  child.stderr.destroy();
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  const { runs } = JSON.parse(readFileSync(join(cwd, 'runs', 'compare-stripes', 'compare.json'), 'utf8'));
  expect(runs).toHaveLength(1);
}, 120_000);

test('a lane that diverges is said below the table, and one from elsewhere commands no terminal', () => {
  const lanes = ['--lanes', 'float', '--seeds', '1', '--rates', '1e30', '--out', 'diverged'];
  const { status, stdout } = bdEdge(...quick, ...lanes);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Diverged, and in no mean: float, seed 1, in epoch 1; give it lower rates/m);

  const file = join(folder, 'diverged', 'compare.json');
  const evil = JSON.parse(readFileSync(file, 'utf8'));
  evil.experiment.data = '\x1b]0;title\x07\x1b[2Jstripes';
  writeFileSync(file, JSON.stringify(evil));
  const table = bdEdge('--table', file);
  expect(table.stdout).toMatch(/^\ufffd\]0;title\ufffd\ufffd\[2Jstripes, network mnist/);
  expect(table.stdout).not.toMatch(/[\x07\x1b]/);
}, 120_000);

test.skipIf(process.platform === 'win32')('without room for a plot the former one stays', () => {
  const [plot, file] = ['former.svg', 'all/compare.json'].map((name) => join(folder, name));
  writeFileSync(plot, 'former');
  const { status, stderr } = bdEdgeWithoutRoom('compare', '--table', file, '--plot', plot);
  expect({ status, stderr }).toMatchObject({ status: 4, stderr: expect.stringContaining(plot) });
  expect(readFileSync(plot, 'utf8')).toBe('former');
});

test('what cannot be compared is told at once, with code 2 or 4', () => {
  for (const [args, code, reason] of [
    [['--lanes', 'direct,magic'], 2, 'There is no lane "magic"; there are: float, direct'],
    [['--epochs', '1'], 2, '--epochs 1 leaves BinaryDuo no epoch for one of its two trainings'],
    [['--epochs', '4', '--finetune-epochs', '4'], 2, 'more than --finetune-epochs'],
    [['--augment', 'shift=2,crop=4'], 2, 'name either shift or crop'],
    [['--network', 'magic'], 2, 'There is no network "magic"'],
    [['--table', 'nowhere.json'], 4, 'There is no file nowhere.json'],
  ] as const) {
    const { status, stderr } = bdEdge('--data', 'stripes', '--recipe', 'mnist', ...args);
    expect({ args, status }).toEqual({ args, status: code });
    expect(stderr).toContain(reason);
  }
});
