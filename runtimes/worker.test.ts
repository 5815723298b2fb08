import { execFileSync } from 'node:child_process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { cases, expectedLogits } from './testing/cases.js';
import { launch, openPage, withoutChromium } from './testing/chromium.js';
import { RUNTIMES } from './testing/command-line.js';
import { writePage } from './testing/page.js';
import { type Served, serve } from './testing/serve.js';

test.each(['Deno', 'Bun'] as const)('%s: a network in a worker', (name) => {
  const [program, ...args] = RUNTIMES[name];
  const said = execFileSync(program, [...args, 'command-worker.js'], {
    cwd: inject('project'),
    encoding: 'utf8',
  });
  expect(JSON.parse(said)).toEqual(expectedLogits[0]);
});

describe.skipIf(withoutChromium)('Chromium: a network in a worker', () => {
  let browser: Browser;
  let served: Served;
  let page: Page;
  beforeAll(async () => {
    browser = await launch();
    served = await serve(inject('project'));
    page = await openPage(browser, `${served.url}/${writePage(inject('project'), 'page-worker-network.js')}`);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  const tried = (work: string) =>
    page.evaluate(
      `(async () => ${work})().catch((error) => ({ error: error.name, message: error.message, code: error.code }))`,
    );

  test('gives the logits of the reference', async () => {
    const answer = await tried(`{
      const decode = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const network = await bdEdge.loadInWorker('model.bdm');
      const results = await Promise.all(${JSON.stringify(cases[0].images)}.map((image) => network.run(decode(image))));
      const batch = await network.runBatch(${JSON.stringify(cases[0].images)}.map(decode));
      const logitsOf = (results) => results.map(({ logits }) => [...logits]);
      network.close();
      return { build: network.build, classCount: network.classCount, logits: logitsOf(results), batch: logitsOf(batch) };
    }`);
    const [logits] = expectedLogits;
    expect(answer).toEqual({ build: 'simd', classCount: 10, logits, batch: logits });
  });

  test('closed during a run: pending runs fail, and another network can be loaded', async () => {
    const answer = await tried(`{
      const network = await bdEdge.loadInWorker('model.bdm');
      const asked = Array.from({ length: 99 }, () => network.run(new Uint8Array(784)));
      asked.push(network.runBatch([new Uint8Array(784)]));
      network.close();
      const ends = await Promise.allSettled(asked);
      const another = await bdEdge.loadInWorker('model.bdm');
      const { logits } = await another.run(new Uint8Array(784));
      another.close();
      return { ends: ends.map(({ reason }) => reason?.code), logits: logits.length };
    }`);
    expect(answer).toEqual({ ends: Array(100).fill('worker-lost'), logits: 10 });
  });

  test('errors of the worker keep their classes and codes', async () => {
    expect(await tried("bdEdge.loadInWorker('page.js')")).toMatchObject({
      error: 'ModelError',
      code: 'wrong-magic',
    });
    expect(await tried("bdEdge.loadInWorker('nothing.bdm')")).toMatchObject({
      error: 'FileError',
      code: 'unreadable',
    });
    expect(
      await tried("bdEdge.loadInWorker('model.bdm').then((network) => network.run(new Uint8Array(1)))"),
    ).toMatchObject({ error: 'ImageError' });
    const batch = '[new Uint8Array(784), new Uint8Array(1)]';
    expect(
      await tried(`bdEdge.loadInWorker('model.bdm').then((network) => network.runBatch(${batch}))`),
    ).toMatchObject({ error: 'ImageError' });
  });

  test('a worker with a missing script', async () => {
    const aside = await openPage(browser, `${served.url}/page-worker-network.js.html`);
    await aside.route('**/network-worker.js', (route) => route.fulfill({ status: 404 }));
    const said = await aside.evaluate(
      "bdEdge.loadInWorker('model.bdm').catch((error) => error.name + ': ' + error.code)",
    );
    await aside.close();
    expect(said).toBe('EngineError: worker-lost');
  });
});
