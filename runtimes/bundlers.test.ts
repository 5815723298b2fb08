import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import type { Browser } from 'playwright-core';
import * as vite from 'vite';
import * as vite7 from 'vite7';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import webpack from 'webpack';
import { expectedLogits } from './testing/cases.js';
import { answerOf, launch, withoutChromium } from './testing/chromium.js';
import { writePage } from './testing/page.js';
import { serve } from './testing/serve.js';

/** Makes a folder in the user's project with the programs, the cases, and a page for one of them. */
function application(script: string): string {
  const folder = mkdtempSync(join(inject('project'), 'app-'));
  cpSync(join(import.meta.dirname, 'programs'), folder, { recursive: true });
  writePage(folder, script, { name: 'index.html', importMap: false });
  return folder;
}

const silent = { logLevel: 'error', clearScreen: false, configFile: false } as const;

/** Each bundles a script for browsers with its defaults. @returns the folder to serve */
const BUNDLERS = {
  async vite(script: string) {
    const root = application(script);
    await vite.build({ ...silent, root });
    return join(root, 'dist');
  },
  async webpack(script: string) {
    const folder = application(script);
    const output = join(folder, 'dist');
    const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
      const compiler = webpack({
        mode: 'production',
        context: folder,
        entry: `./${script}`,
        output: { path: output, filename: 'main.js' },
      });
      compiler?.run((error, result) => compiler.close(() => (error ? reject(error) : resolve(result))));
    });
    expect(stats?.toJson().errors).toEqual([]);
    expect(stats?.toJson().warnings?.filter(({ message }) => !message.includes('size limit'))).toEqual([]);
    writePage(output, 'main.js', { name: 'index.html', importMap: false });
    return output;
  },
  /** It resolves packages by `main`, unless it is told to read `exports`. */
  async parcel(script: string) {
    const folder = application(script);
    const output = join(folder, 'dist');
    const parcel = join(import.meta.dirname, 'node_modules', 'parcel', 'lib', 'bin.js');
    const args = [
      'build',
      'index.html',
      '--dist-dir',
      output,
      '--no-cache',
      '--no-source-maps',
      '--public-url',
      './',
    ];
    const { status, stdout, stderr } = spawnSync(process.execPath, [parcel, ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect({ status, output: status === 0 ? '' : `${stdout}${stderr}` }).toEqual({ status: 0, output: '' });
    return output;
  },
  async esbuild(script: string) {
    const folder = application(script);
    const output = join(folder, 'dist');
    const { warnings } = await esbuild.build({
      entryPoints: [join(folder, script)],
      bundle: true,
      format: 'esm',
      minify: true,
      loader: { '.wasm': 'file' },
      outfile: join(output, 'main.js'),
      logLevel: 'silent',
    });
    expect(warnings).toEqual([]);
    writePage(output, 'main.js', { name: 'index.html', importMap: false });
    return output;
  },
};

describe.skipIf(withoutChromium)('bundled, and run in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  async function answer(folder: string, requests: string[] = []) {
    copyFileSync(join(inject('project'), 'cases.json'), join(folder, 'cases.json'));
    const served = await serve(folder);
    try {
      return await answerOf(browser, `${served.url}/`);
    } finally {
      requests.push(...served.requests);
      await served.close();
    }
  }

  test.each(['vite', 'webpack', 'parcel'] as const)(
    '%s copies the wasm files; one of them is fetched',
    async (name) => {
      const requests: string[] = [];
      expect(await answer(await BUNDLERS[name]('page.js'), requests)).toEqual({
        builds: ['simd'],
        logits: expectedLogits,
      });
      expect(new Set(requests.filter((path) => path.endsWith('.wasm'))).size).toBe(1);
    },
  );

  test.each(['vite', 'webpack'] as const)('%s, in a worker', async (name) => {
    expect(await answer(await BUNDLERS[name]('page-worker.js'))).toEqual({
      builds: ['simd'],
      logits: expectedLogits,
    });
  });

  // Vite 7 bundles dependencies without the files that they find by URL.
  test.each([
    ['vite', vite, {}],
    ['vite 7, told not to bundle the package', vite7, { optimizeDeps: { exclude: ['@bd-edge/sdk'] } }],
  ])('%s, while developing', async (_, { createServer }, options) => {
    const root = application('page.js');
    copyFileSync(join(inject('project'), 'cases.json'), join(root, 'cases.json'));
    const server = await createServer({
      ...silent,
      ...options,
      root,
      // Here the package is installed above the application, not in it.
      server: { host: '127.0.0.1', port: 0, fs: { strict: false } },
    });
    await server.listen();
    try {
      const url = server.resolvedUrls?.local[0] ?? '';
      expect(await answerOf(browser, url)).toEqual({ builds: ['simd'], logits: expectedLogits });
    } finally {
      await server.close();
    }
  });

  test('esbuild does not copy files: the error names the file, and copying it works', async () => {
    const folder = await BUNDLERS.esbuild('page.js');
    expect(readdirSync(folder)).not.toContain('simd.wasm');
    // From the page or from Playwright, whichever comes first.
    const error = await answer(folder).catch((error) => String(error));
    expect(error).toMatch(/EngineError: .*simd\.wasm/);
    copyFileSync(
      join(inject('project'), 'node_modules/@bd-edge/sdk/dist/simd.wasm'),
      join(folder, 'simd.wasm'),
    );
    expect(await answer(folder)).toEqual({ builds: ['simd'], logits: expectedLogits });
  });

  test('esbuild, with wasm files by its loader', async () => {
    const folder = await BUNDLERS.esbuild('page-engine.js');
    expect(readdirSync(folder).filter((name) => name.endsWith('.wasm')).length).toBe(1);
    expect(await answer(folder)).toEqual({ builds: ['custom'], logits: expectedLogits });
  });

  test.each(['vite', 'webpack', 'esbuild'] as const)('%s, one file with the engine inside', async (name) => {
    const requests: string[] = [];
    const answered = await answer(await BUNDLERS[name]('page-inline.js'), requests);
    expect(answered).toEqual({ builds: ['simd'], logits: expectedLogits });
    expect(requests.join()).not.toContain('.wasm');
  });

  test.each(['vite', 'webpack', 'esbuild'] as const)('%s, a simulated board in a page', async (name) => {
    const folder = await BUNDLERS[name]('page-host.js');
    if (name === 'esbuild')
      copyFileSync(
        join(inject('project'), 'node_modules/@bd-edge/sdk/dist/interpreted.wasm'),
        join(folder, 'interpreted.wasm'),
      );
    expect(await answer(folder)).toEqual({
      logits: expectedLogits[0],
      refused: expect.stringContaining('TCP needs node:net'),
    });
  });
});
