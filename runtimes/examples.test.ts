import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, symlinkSync } from 'node:fs';
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
    expect.stringMatching(/^deployed: \d{4} bytes sent, 0 skipped$/),
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
