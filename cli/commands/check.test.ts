import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { encodeModel, parseModel } from '@bd-edge/sdk';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { denseNetwork } from '../../firmware-host/testing/network.js';
import { answers, oddEngine } from '../../firmware-host/testing/odd-engine.js';
import { bdEdge, command, failure, json, withSimulator } from '../testing/command.js';
import { temporaryFolder } from '../testing/folder.js';
import { mnistNetwork } from '../testing/models.js';

const folder = temporaryFolder();
const model = join(folder, 'model.bdm');

beforeAll(() => writeFileSync(model, mnistNetwork(1)));

test('a simulated board agrees with the host', () => {
  const checked = bdEdge('check', model, '--port', 'sim:', '--data', 'mnist', '--limit', '200', '--json');
  expect(checked.status).toBe(0);
  expect(json(checked)).toMatchObject({
    images: 200,
    classMismatches: 0,
    logitMismatches: 0,
    firstDivergingOp: null,
  });
});

test('a bundled model needs no file and no option', () => {
  const checked = json(bdEdge('check', 'mnist-8k', '--port', 'sim:', '--limit', '20', '--json'));
  expect(checked).toMatchObject({ data: 'mnist', images: 20, logitMismatches: 0 });
});

test('a bundled model whose dataset is missing is checked with its samples', () => {
  const { samples } = JSON.parse(
    readFileSync(new URL('../../models/cifar10-122k/samples.json', import.meta.url), 'utf8'),
  );
  const checked = json(bdEdge('check', 'cifar10-122k', '--port', 'sim:', '--json'));
  expect(checked).toMatchObject({
    data: 'samples',
    images: samples.length,
    logitMismatches: 0,
    accuracy: null,
  });
});

test('the confusion matrix has the class names of the model', async () => {
  const pictures = join(folder, 'pics');
  const names = ['bar', 'circle', '\x1bsquare'];
  for (const name of names) {
    for (const part of ['train', 'test']) {
      mkdirSync(join(pictures, part, name), { recursive: true });
      await sharp({ create: { width: 6, height: 6, channels: 3, background: 'teal' } })
        .png()
        .toFile(join(pictures, part, name, '1.png'));
    }
  }
  const { input, ops, outputScale } = parseModel(denseNetwork({ classes: 3 }));
  const metadata = { labels: names.toSorted(), training: { data: pictures } };
  const file = join(folder, 'pics.bdm');
  writeFileSync(file, encodeModel({ input, ops, outputScale, metadata }));
  const checked = json(bdEdge('check', file, '--port', 'sim:', '--json'));
  expect(checked).toMatchObject({ data: 'pics', images: 3, classNames: metadata.labels });
  expect(checked.confusion.map((row: number[]) => row.length)).toEqual([3, 3, 3]);
  const { stdout } = bdEdge('check', file, '--port', 'sim:');
  expect(stdout).toMatch(/^ +\ufffdsquare +bar +circle *\n\ufffdsquare +[01] /m);
  expect(failure({}, 'check', file, '--port', 'sim:', '--data', 'mnist')).toEqual({
    status: 2,
    code: 'other-classes',
  });
});

test('a board that computes other logits: exit code 1 and the first difference', async () => {
  const [data, engine, file] = ['gray', 'odd.wasm', 'six.bdm'].map((name) => join(folder, name));
  const gray = (value: number) =>
    sharp(Buffer.alloc(36, value), { raw: { width: 6, height: 6, channels: 1 } }).png();
  for (const [part, label] of ['train', 'test'].flatMap((part) => [0, 1].map((label) => [part, label]))) {
    const pictures = join(data, String(part), String(label));
    mkdirSync(pictures, { recursive: true });
    await gray(200 * Number(label)).toFile(join(pictures, 'picture.png'));
  }
  writeFileSync(file, denseNetwork());
  // All logits of this engine are 0.
  writeFileSync(engine, oddEngine({ code: { run: [], opCount: answers(2) } }));
  await withSimulator(['--listen', '127.0.0.1:0'], async (port) => {
    expect(bdEdge('deploy', file, '--port', port, '--engine', engine).status).toBe(0);
    const checked = bdEdge('check', file, '--port', port, '--data', data, '--json');
    expect(checked.status).toBe(1);
    expect(json(checked)).toMatchObject({ images: 2, logitMismatches: 2, firstDivergingImage: 0 });
    expect(bdEdge('check', file, '--port', port, '--data', data).stdout).toMatch(
      /^first difference: image 0/m,
    );
    // Beside a board that agrees.
    const junit = join(folder, 'reports', 'boards.xml');
    const both = ['check', file, '--port', port, '--port', 'sim:', '--data', data, '--junit', junit];
    const { status, stdout } = bdEdge(...both);
    expect(status).toBe(1);
    expect(stdout).toMatch(/ differs *$/m);
    expect(stdout).toMatch(/^sim: .* agrees *$/m);
    expect(stdout).toContain(`${port}: first difference: image 0`);
    const report = readFileSync(junit, 'utf8');
    expect(report).toContain('tests="2" failures="1" errors="0"');
    expect(report).toContain('<failure type="logits-differ"');
  });
});

test('several boards: one array, in the order of the ports, and one exit code', () => {
  const ports = ['sim:', 'socket://127.0.0.1:1', 'sim:'];
  const options = ports.flatMap((port) => ['--port', port]);
  const checked = bdEdge('check', model, ...options, '--limit', '3', '--json');
  expect(checked.status).toBe(3);
  const agrees = { port: 'sim:', data: 'mnist', images: 3, logitMismatches: 0 };
  expect(json(checked)).toMatchObject([
    agrees,
    { port: 'socket://127.0.0.1:1', error: { code: 'port-not-found' } },
    agrees,
  ]);
  expect(checked.stderr.match(/^error: /gm)).toHaveLength(1);
});

test.each([
  ['repeated-port', ['--port', 'socket://127.0.0.1:1', '--port', 'socket://127.0.0.1:1']],
  ['inapplicable-option', ['--port', 'sim:', '--port', 'sim:', '--wrong', 'wrong.csv']],
  ['inapplicable-option', ['--port', 'sim:', '--port', 'sim:', '--report', 'report.html']],
  ['missing-port', []],
])('%s: %j', (code, args) => {
  expect(failure({}, 'check', model, ...args)).toEqual({ status: 2, code });
});

test('another active model is rejected: exit code 3', async () => {
  const other = join(folder, 'other.bdm');
  writeFileSync(other, mnistNetwork(2));
  await withSimulator(['--listen', '127.0.0.1:0'], async (port) => {
    expect(bdEdge('deploy', model, '--port', port).status).toBe(0);
    expect(bdEdge('check', model, '--port', port, '--limit', '20').status).toBe(0);
    expect(failure({}, 'check', other, '--port', port, '--limit', '20')).toEqual({
      status: 3,
      code: 'wrong-model',
    });
  });
});

test('a port that cannot be opened is reported before the images are read', () => {
  for (const [port, code] of [
    ['127.0.0.1:7001', 'invalid-port'],
    ['sim:?ram=none', 'invalid-port'],
    ['socket://127.0.0.1:1', 'port-not-found'],
  ])
    expect(failure({}, 'check', model, '--port', port, '--data', 'absent')).toMatchObject({ code });
});

// Slow enough to be interrupted: a UART of 115200 bits a second takes 0.07 s for an image.
test.skipIf(process.platform === 'win32').each([
  ['check', ['--port', 'sim:?baud=115200']],
  ['eval', ['--engine', 'reference']],
])(
  'Ctrl-C in %s prints what was measured so far',
  async (name, args) => {
    const child = spawn(process.execPath, [command, name, 'mnist-8k', '--data', 'mnist', ...args, '--json']);
    let stdout = '';
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    const ended = once(child, 'close');
    await setTimeout(9000);
    child.kill('SIGINT');
    const [code] = await ended;
    // The machine may be so slow that nothing was measured, or so fast that it is over.
    if (code === 0) return;
    expect(code).toBe(130);
    const report = JSON.parse(stdout);
    if ('error' in report) return;
    expect(report.aborted).toBe(true);
    expect(report.images).toBeGreaterThan(0);
    expect(report.images).toBeLessThan(10_000);
    expect(report.accuracy).toBeGreaterThan(0.9);
    expect(report.perClass.reduce((sum: number, { images }: { images: number }) => sum + images, 0)).toBe(
      report.images,
    );
  },
  60_000,
);
