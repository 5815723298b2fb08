import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { expectedLogits } from './testing/cases.js';
import { answerOf, launch, openPage, withoutChromium } from './testing/chromium.js';
import { writePage } from './testing/page.js';
import { type ServeOptions, serve } from './testing/serve.js';

/** The outcome of an attempt: the build that runs, or the error. */
interface Tried {
  build?: string;
  error?: string;
  code?: string;
  message?: string;
  /** Whether the error is a BdEdgeError. */
  expected?: boolean;
}

const LOAD = "bdEdge.load('/model.bdm')";

describe.skipIf(withoutChromium)('errors in a page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  /** Evaluates expressions in one page, from a server that may be configured to fail. */
  async function tryInPage(attempts: string[], options?: ServeOptions, on = browser) {
    const served = await serve(inject('project'), options);
    const page = await openPage(on, `${served.url}/${writePage(inject('project'), 'page-open.js')}`);
    try {
      const results: Tried[] = [];
      for (const attempt of attempts)
        results.push(await page.evaluate<Tried>(`tried(async () => ${attempt})`));
      return { results, requests: served.requests };
    } finally {
      await page.close();
      await served.close();
    }
  }

  const isWasm = (path: string) => path.endsWith('.wasm');

  test('a wrong MIME type of the wasm is accepted', async () => {
    const typeOf =
      "{ build: (await fetch('/node_modules/@bd-edge/sdk/dist/simd.wasm')).headers.get('Content-Type') }";
    const { results } = await tryInPage([`(${typeOf})`, LOAD], {
      handle(path, response) {
        if (!isWasm(path)) return false;
        response.setHeader('X-Content-Type-Options', 'nosniff').setHeader('Content-Type', 'text/plain');
        return false;
      },
    });
    expect(results).toEqual([{ build: 'text/plain' }, { build: 'simd' }]);
  });

  test('a missing wasm file', async () => {
    const { results } = await tryInPage([LOAD], {
      handle: (path, response) => isWasm(path) && Boolean(response.writeHead(404).end()),
    });
    expect(results).toMatchObject([{ error: 'EngineError', code: 'missing-engine-file', expected: true }]);
  });

  test('an HTML page instead of the wasm file, as servers of single-page applications send it', async () => {
    const { results } = await tryInPage([LOAD], {
      handle: (path, response) =>
        isWasm(path) && Boolean(response.setHeader('Content-Type', 'text/html').end('<!doctype html>')),
    });
    expect(results).toMatchObject([{ error: 'EngineError', code: 'missing-engine-file', expected: true }]);
  });

  test('a policy that forbids WebAssembly, and one that allows it', async () => {
    const policy = (script: string) => ({
      headers: {
        'Content-Security-Policy': `default-src 'self'; script-src 'self' 'unsafe-inline' ${script}`,
      },
    });
    const forbidden = await tryInPage([LOAD], policy(''));
    expect(forbidden.results).toMatchObject([
      { error: 'EngineError', code: 'wasm-forbidden', expected: true },
    ]);
    const allowed = await tryInPage([LOAD], policy("'wasm-unsafe-eval'"));
    expect(allowed.results).toEqual([{ build: 'simd' }]);
  });

  test('without SIMD: mvp runs and is the only build fetched; simd on request is an error', async () => {
    const old = await launch('--js-flags=--no-enable-sse4-1');
    try {
      const attempts = [LOAD, "bdEdge.load('/model.bdm', { build: 'simd' })"];
      const { results, requests } = await tryInPage(attempts, {}, old);
      expect(results).toMatchObject([
        { build: 'mvp' },
        { error: 'EngineError', code: 'no-simd', expected: true },
      ]);
      expect(requests.filter(isWasm).join()).toMatch(/mvp\.wasm$/);
      const served = await serve(inject('project'));
      const page = writePage(inject('project'), 'page.js');
      const answer = await answerOf(old, `${served.url}/${page}`).finally(() => served.close());
      expect(answer).toEqual({ builds: ['mvp'], logits: expectedLogits });
    } finally {
      await old.close();
    }
  });

  test('missing, invalid and hostile models; the page stays usable', async () => {
    const changed = (change: string) =>
      `{ const bytes = new Uint8Array(await (await fetch('/model.bdm')).arrayBuffer()); ${change} }`;
    const { results } = await tryInPage(
      [
        "bdEdge.load('/nothing.bdm')",
        "bdEdge.load(fetch('http://127.0.0.1:1/'))",
        "bdEdge.load('/page-open.js')",
        'bdEdge.load(new ArrayBuffer(0))',
        changed('return bdEdge.load(bytes.subarray(0, 1000))'),
        changed('bytes[200] ^= 1; return bdEdge.load(bytes)'),
        "bdEdge.load('/model.bdm', { maxMemoryBytes: 1000 })",
        "bdEdge.load('/model.bdm', { engine: '/model.bdm' })",
        "bdEdge.load('/model.bdm', { engine: fetch('/nothing.wasm') })",
        "{ const network = await bdEdge.load('/model.bdm'); network.run(new Uint8Array(2 ** 26)); }",
        LOAD,
      ].map((attempt) => (attempt.startsWith('{') ? attempt : `(${attempt})`)),
    );
    expect(results.map(({ error, code }) => (error === undefined ? undefined : `${error} ${code}`))).toEqual([
      'FileError unreadable',
      'FileError unreadable',
      'ModelError wrong-magic',
      'ModelError truncated',
      'ModelError truncated',
      'ModelError wrong-checksum',
      'ModelError out-of-memory',
      'EngineError not-wasm',
      'FileError unreadable',
      'ImageError wrong-image-size',
      undefined,
    ]);
  });
});
