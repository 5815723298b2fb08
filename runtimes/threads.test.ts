import { execFileSync } from 'node:child_process';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { expectedLogits } from './testing/cases.js';
import { launch, openPage, withoutChromium } from './testing/chromium.js';
import { RUNTIMES } from './testing/command-line.js';
import { writePage } from './testing/page.js';
import { serve } from './testing/serve.js';

/** The headers that isolate a page, so that it may share memory. */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
/** The number of cases: the MNIST network, and others with every kind of layer. */
const CASES = 12;
const expected = expectedLogits.slice(0, CASES);
const onThreads = (threads: number) => ({
  builds: [`simd-threads, ${threads}`],
  logits: expected,
  batches: expected,
});

test.each(Object.entries(RUNTIMES))('%s: two threads', (_, [program, ...args]) => {
  const said = execFileSync(program, [...args, 'command-threads.js', String(CASES)], {
    cwd: inject('project'),
    encoding: 'utf8',
  });
  expect(JSON.parse(said)).toEqual(onThreads(2));
});

describe.skipIf(withoutChromium)('Chromium: threads', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  /** Evaluates an expression in a page whose server sends some headers with every response. */
  async function inPage<Answer>(headers: Record<string, string>, expression: string): Promise<Answer> {
    const served = await serve(inject('project'), { headers });
    const page = await openPage(browser, `${served.url}/${writePage(inject('project'), 'page-threads.js')}`);
    try {
      return await page.evaluate<Answer>(expression);
    } finally {
      await page.close();
      await served.close();
    }
  }

  test.each([
    ['page', 2],
    ['page', 3],
    ['worker', 2],
  ])('an isolated page, from the %s, %i threads', async (where, threads) => {
    expect(await inPage(ISOLATED, `runThreads('${where}', ${threads}, ${CASES})`)).toEqual(
      onThreads(threads),
    );
  });

  test.each(['page', 'worker'])(
    'a page that is not isolated, from the %s: one thread by default, an error for more',
    async (where) => {
      const tries = `Promise.all([tried('${where}', {}), tried('${where}', { threads: 2 }), tried('${where}', {})])`;
      expect(await inPage({}, tries)).toEqual([
        { build: 'simd', threads: 1 },
        { error: 'EngineError', code: 'no-shared-memory', message: expect.any(String) },
        { build: 'simd', threads: 1 },
      ]);
    },
  );

  test('a policy that forbids workers made from text', async () => {
    const policy = { ...ISOLATED, 'Content-Security-Policy': "worker-src 'self'" };
    const tries = "(async () => [await tried('page', { threads: 2 }), await tried('page', {})])()";
    expect(await inPage(policy, tries)).toEqual([
      { error: 'EngineError', code: 'thread-lost', message: expect.stringContaining('worker-src') },
      { build: 'simd', threads: 1 },
    ]);
  });
});
