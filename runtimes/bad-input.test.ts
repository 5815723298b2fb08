import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { expectedLogits } from './testing/cases.js';
import { answerOf, launch, openPage, withoutChromium } from './testing/chromium.js';
import { writePage } from './testing/page.js';
import { type ServeOptions, serve } from './testing/serve.js';

/** How an attempt went: the build that runs, or the error. */
interface Tried {
  build?: string;
  error?: string;
  message?: string;
  /** Whether the error is one of the package's own. */
  expected?: boolean;
}

const LOAD = "bdEdge.load('/model.bdm')";

describe.skipIf(withoutChromium)('what can go wrong in a page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  /** Tries expressions one after the other in one page, of a server that may serve badly. */
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

  test('a wrong MIME type of the wasm does no harm', async () => {
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

  test('a wasm file that is not there', async () => {
    const { results } = await tryInPage([LOAD], {
      handle: (path, response) => isWasm(path) && Boolean(response.writeHead(404).end()),
    });
    expect(results).toEqual([{ error: 'EngineError', expected: true, message: expect.any(String) }]);
    expect(results[0].message).toMatch(
      /simd\.wasm is not beside the program; copy it there.*simd\.wasm.* 404/,
    );
  });

  test('a page in the place of the wasm file, as servers of single-page applications give it', async () => {
    const { results } = await tryInPage([LOAD], {
      handle: (path, response) =>
        isWasm(path) && Boolean(response.setHeader('Content-Type', 'text/html').end('<!doctype html>')),
    });
    expect(results).toEqual([{ error: 'EngineError', expected: true, message: expect.any(String) }]);
    expect(results[0].message).toMatch(/copy it there.*is no WebAssembly/);
  });

  test('a policy that forbids wasm; one that allows it', async () => {
    const policy = (script: string) => ({
      headers: {
        'Content-Security-Policy': `default-src 'self'; script-src 'self' 'unsafe-inline' ${script}`,
      },
    });
    // What tells is asked without eval, which the policy forbids as well.
    const forbidden = await tryInPage([LOAD], policy(''));
    expect(forbidden.results).toEqual([
      { error: 'EngineError', expected: true, message: expect.any(String) },
    ]);
    expect(forbidden.results[0].message).toContain("allow 'wasm-unsafe-eval' in the script-src");
    const allowed = await tryInPage([LOAD], policy("'wasm-unsafe-eval'"));
    expect(allowed.results).toEqual([{ build: 'simd' }]);
  });

  test('no SIMD: mvp runs, says so, and is all that is fetched; asked for simd, an error', async () => {
    const old = await launch('--js-flags=--no-enable-sse4-1');
    try {
      const attempts = [LOAD, "bdEdge.load('/model.bdm', { build: 'simd' })"];
      const { results, requests } = await tryInPage(attempts, {}, old);
      expect(results).toEqual([
        { build: 'mvp' },
        { error: 'EngineError', expected: true, message: expect.stringContaining('no WebAssembly SIMD') },
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

  test('models that are not there, are none, or are hostile; the page stays usable', async () => {
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
    expect(results.map(({ error, message = '' }) => [error, message.replace(/https?:[^ ]*\//, '/')])).toEqual(
      [
        [
          'SourceError',
          'The model at /nothing.bdm cannot be read: the answer was 404 Not Found; check that it is there.',
        ],
        ['SourceError', expect.stringContaining('The model cannot be read: Failed to fetch')],
        ['ModelError', expect.stringContaining('does not start with "BDM"')],
        ['ModelError', expect.stringContaining('is cut short')],
        ['ModelError', expect.stringContaining('is cut short')],
        ['ModelError', expect.stringContaining('does not match its checksum')],
        ['ModelError', expect.stringContaining('needs more memory')],
        ['EngineError', expect.stringContaining('The engine does not start here')],
        ['SourceError', expect.stringContaining('The engine at /nothing.wasm cannot be read')],
        ['ImageError', expect.stringContaining('has 67108864 bytes but the network takes 784')],
        [undefined, ''],
      ],
    );
  });
});
