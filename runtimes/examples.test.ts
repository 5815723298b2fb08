import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vite from 'vite';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { launch, withoutChromium } from './testing/chromium.js';
import { serve } from './testing/serve.js';
import { startWorker } from './testing/workerd.js';

/** The folder of an example in the user's project. */
const folderOf = (name: string) => join(inject('project'), 'examples', name);

beforeAll(() => {
  cpSync(join(import.meta.dirname, '..', 'examples'), join(inject('project'), 'examples'), {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  });
  for (const name of ['node', 'page', 'workerd', 'board', 'own-images'])
    execFileSync(process.execPath, ['../make-model.mjs'], { cwd: folderOf(name) });
  execFileSync(process.execPath, ['../../make-model.mjs'], { cwd: join(folderOf('web-worker'), 'public') });
  const modules = join(import.meta.dirname, '..', 'node_modules');
  symlinkSync(join(modules, 'sharp'), join(inject('project'), 'node_modules', 'sharp'));
  // Static servers serve their own folder, so the packages are installed in it, as npm does.
  for (const name of ['page', 'web-worker'])
    cpSync(join(inject('project'), 'node_modules'), join(folderOf(name), 'node_modules'), {
      recursive: true,
    });
});

const rows = Uint8Array.from({ length: 64 }, (_, i) => 255 * (Math.floor(i / 8) % 2));

test('node', () => {
  const said = execFileSync(process.execPath, ['main.js'], { cwd: folderOf('node'), encoding: 'utf8' });
  expect(said.trim().split('\n')).toEqual([
    'rows, every second one white: horizontal (49, 0, 8)',
    'columns, every second one white: vertical (0, 49, 8)',
    'all gray: neither (0, 0, 8)',
    'engine build: simd',
  ]);
});

test('board, simulated where no port is given', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['main.js', ...args], { cwd: folderOf('board'), encoding: 'utf8' });
  const { stdout, status } = run();
  expect(stdout.trim().split('\n')).toEqual([
    'sim: simulated, 262144 bytes for networks',
    expect.stringMatching(/^deployed: \d{4,5} bytes sent, 0 skipped$/),
    'checked: logits of 0 of 20 images differ',
  ]);
  expect(status).toBe(0);
  const nobody = run('socket://127.0.0.1:1');
  expect(nobody.stderr).toContain('socket://127.0.0.1:1');
  expect(nobody.status).toBe(1);
});

test('own-images', () => {
  const said = execFileSync(process.execPath, ['main.js'], { cwd: folderOf('own-images'), encoding: 'utf8' });
  expect(said.trim().split('\n')).toEqual([
    expect.stringMatching(/^a fence, 80 x 96: vertical \(/),
    expect.stringMatching(/^shelves, 80 x 96: horizontal \(/),
  ]);
});

test('workerd', async () => {
  const worker = await startWorker(join(folderOf('workerd'), 'worker.js'), folderOf('workerd'));
  const ask = (body: Uint8Array<ArrayBuffer>) => fetch(worker.url, { method: 'POST', body });
  try {
    const right = await ask(rows);
    expect(await right.json()).toEqual({ className: 'horizontal', logits: [49, 0, 8], build: 'simd' });
    const wrong = await ask(rows.subarray(1));
    expect(wrong.status).toBe(400);
    expect(await wrong.json()).toEqual({ error: expect.stringContaining('63') });
  } finally {
    await worker.stop();
  }
});

describe.skipIf(withoutChromium)('in Chromium', () => {
  test('page', async () => {
    const browser = await launch();
    const served = await serve(folderOf('page'));
    try {
      const page = await browser.newPage();
      await page.goto(served.url);
      const status = page.getByRole('status');
      await expect.poll(() => status.textContent(), WAIT).toContain('horizontal (49, 0, 8)');
      await page.getByLabel('row 1, column 1').first().check();
      await expect.poll(() => status.textContent(), WAIT).toContain('horizontal (49, 1, 8)');
    } finally {
      await browser.close();
      await served.close();
    }
  });

  test.each(['built', 'while developing'])('web-worker, %s', async (how) => {
    const root = folderOf('web-worker');
    const server = how === 'built' ? await built(root) : await developing(root);
    const browser = await launch();
    try {
      const page = await browser.newPage();
      await page.goto(server.url);
      const status = page.getByRole('status');
      await expect.poll(() => status.textContent(), WAIT).toBe('ready on the simd build');
      await page.getByText('Run 1,000 images').click();
      await expect.poll(() => status.textContent(), WAIT).toMatch(/^(horizontal|vertical|neither) \d+/);
      await page.getByText('Stop the worker').click();
      await page.getByText('Run 1,000 images').click();
      await expect.poll(() => status.textContent(), WAIT).toContain('The worker was closed');
    } finally {
      await browser.close();
      await server.close();
    }
  });
});

const WAIT = { timeout: 20_000 };

async function built(root: string) {
  await vite.build({ root, logLevel: 'error' });
  return serve(join(root, 'dist'));
}

async function developing(root: string) {
  const server = await vite.createServer({ root, logLevel: 'error', server: { host: '127.0.0.1', port: 0 } });
  await server.listen();
  return { url: server.resolvedUrls?.local[0] ?? '', close: () => server.close() };
}

describe('ci', () => {
  const folder = () => folderOf('ci');
  /** Runs the script with the built command in the path. */
  function deploy(model: string, board: string) {
    const bin = join(folder(), 'bin');
    mkdirSync(bin, { recursive: true });
    const command = join(import.meta.dirname, '..', 'cli', 'bin', 'bd-edge.js');
    writeFileSync(join(bin, 'bd-edge'), `#!/bin/sh\nexec "${process.execPath}" "${command}" "$@"\n`, {
      mode: 0o755,
    });
    return spawnSync('bash', ['deploy.sh', model, board], {
      ...{ cwd: folder(), encoding: 'utf8', timeout: 300_000 },
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, IMAGES: '3' },
    });
  }

  test.each(['simulated', 'pico'])('deploy.sh, board %s', { timeout: 300_000 }, (board) => {
    const { status, stdout, stderr } = deploy('mnist-8k', board);
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('3 images: 0 classes and 0 logits differ from the host');
    expect(JSON.parse(readFileSync(join(folder(), 'check.json'), 'utf8')).images).toBe(3);
  });

  test('a model that is not there fails the job, and ends the board', { timeout: 300_000 }, () => {
    const { status } = deploy('none.bdm', 'simulated');
    expect(status).toBeGreaterThan(0);
  });

  test('the workflow runs the script, with files that exist and versions that are supported', () => {
    const workflow = readFileSync(join(folder(), 'deploy-to-emulated-board.yml'), 'utf8');
    expect(workflow).toMatch(/run: bash deploy\.sh model\.bdm \$\{\{ matrix\.board \}\}/);
    expect(workflow).not.toContain('\t');
    expect(Number(/node-version: (\d+)/.exec(workflow)?.[1])).toBeGreaterThanOrEqual(20);
    const boards = /board: \[(.*)\]/.exec(workflow)?.[1].split(', ');
    expect(boards).toEqual(['pico', 'simulated']);
  });
});

test('docker: the image consists of the packed packages, and does not run as root', () => {
  const file = readFileSync(join(folderOf('docker'), 'Dockerfile'), 'utf8');
  const instructions = file.split('\n').filter((line) => /^[A-Z]+ /.test(line));
  expect(instructions.map((line) => line.split(' ')[0])).toEqual([
    ...['FROM', 'COPY', 'RUN', 'USER', 'WORKDIR', 'ENTRYPOINT', 'CMD'],
  ]);
  expect(Number(/^FROM node:(\d+)/m.exec(file)?.[1])).toBeGreaterThanOrEqual(20);
  expect(file).toMatch(/^USER (?!root)/m);
  expect(readFileSync(join(folderOf('docker'), '.dockerignore'), 'utf8')).toMatch(
    /^\*\n!packages\/\*\.tgz$/m,
  );
});
