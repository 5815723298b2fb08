import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { expectedLogits } from './testing/cases.js';
import { answerOf, launch, withoutChromium } from './testing/chromium.js';
import { writePage } from './testing/page.js';
import { type Served, serve } from './testing/serve.js';

describe.skipIf(withoutChromium)('Chromium, ES modules from a static server', () => {
  let browser: Browser;
  let served: Served;
  beforeAll(async () => {
    browser = await launch();
    const worker = readFileSync(join(inject('project'), 'worker.js'), 'utf8');
    served = await serve(inject('project'), {
      handle(path, response) {
        if (path !== '/worker.js') return false;
        response.setHeader('Content-Type', 'text/javascript');
        response.end(worker.replace("'@bd-edge/sdk'", "'/node_modules/@bd-edge/sdk/dist/index.js'"));
        return true;
      },
    });
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });
  const open = (script: string) => answerOf(browser, `${served.url}/${writePage(inject('project'), script)}`);

  test('a page: the logits of the reference; only the build that runs is fetched', async () => {
    expect(await open('page.js')).toEqual({ builds: ['simd'], logits: expectedLogits });
    const wasm = new Set(served.requests.filter((path) => path.endsWith('.wasm')));
    expect([...wasm]).toEqual(['/node_modules/@bd-edge/sdk/dist/simd.wasm']);
  });

  test('a page with the engine inside fetches no wasm', async () => {
    const before = served.requests.length;
    expect(await open('page-inline.js')).toEqual({ builds: ['simd'], logits: expectedLogits });
    expect(served.requests.slice(before).join()).not.toContain('.wasm');
  });

  test('a worker imports by address, since import maps do not apply to workers', async () => {
    expect(await open('page-worker.js')).toEqual({ builds: ['simd'], logits: expectedLogits });
  });

  test('a simulated board in a page', async () => {
    const answer = await open('page-host.js');
    expect(answer).toEqual({
      logits: expectedLogits[0],
      refused: expect.stringContaining('TCP needs node:net'),
    });
  });
});
