import { join } from 'node:path';
import { argmax } from '@bd-edge/sdk/internal';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { cases, expectedLogits } from './testing/cases.js';
import { launch, openPage, withoutChromium } from './testing/chromium.js';
import { writePage } from './testing/page.js';
import { type Served, serve } from './testing/serve.js';

const FAKE = join(import.meta.dirname, '..', 'firmware-host', 'testing', 'fake-serial-port.ts');

describe.skipIf(withoutChromium)('Chromium: boards by Web Serial', () => {
  let browser: Browser;
  let served: Served;
  let page: Page;
  beforeAll(async () => {
    await build({ entryPoints: [FAKE], outfile: join(inject('project'), 'fake-serial-port.js') });
    browser = await launch();
    served = await serve(inject('project'));
    page = await openPage(browser, `${served.url}/${writePage(inject('project'), 'page-web-serial.js')}`);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  const refusal = (request: string) => page.evaluate<string>(`refusal(async () => ${request})`);

  test('a network is deployed over the browser’s own streams and checked, with progress', async () => {
    const labels = expectedLogits[0].map((logits) => argmax(Int32Array.from(logits)));
    const { report, progress, size, locked } = await page.evaluate<{
      report: { images: number; accuracy: number; logitMismatches: number };
      progress: { offsets: number[]; done: number[] };
      size: number;
      locked: boolean;
    }>(`deployAndCheck(${JSON.stringify(cases[0])}, ${JSON.stringify(labels)})`);
    expect(report).toMatchObject({ images: labels.length, accuracy: 1, logitMismatches: 0 });
    expect(progress.offsets.at(-1)).toBe(size);
    expect(progress.done).toEqual(labels.map((_, i) => i + 1));
    expect(locked).toBe(false);
  });

  test('unplugged while the board is asked', async () => {
    const said = await refusal(`{
      const port = new FakeSerialPort(() => new host.SimulatedBoard().connect());
      const connecting = host.connectBoard(await host.openWebSerial(port));
      setTimeout(() => port.unplug(), 0);
      throw await (await connecting).closed;
    }`);
    expect(said).toMatch(/^ConnectionLostError connection-lost: /);
  });

  test('a page that may not ask: the browser’s refusal is a plain sentence', async () => {
    const forbidding = await serve(inject('project'), { headers: { 'Permissions-Policy': 'serial=()' } });
    const forbidden = await openPage(browser, `${forbidding.url}/page-web-serial.js.html`);
    const said = await forbidden.evaluate<string>('refusal(async () => host.requestWebSerial())');
    await forbidden.close();
    await forbidding.close();
    expect(said).toMatch(
      /^DeviceError port-permission-denied: This page may not ask for a serial port \(.*policy/i,
    );
  });

  test('a browser without Web Serial', async () => {
    const without = await openPage(browser, 'data:text/html,<script>globalThis.answer = 1</script>');
    expect(await without.evaluate<boolean>("'serial' in navigator")).toBe(false);
    await without.close();
    await page.evaluate("Object.defineProperty(navigator, 'serial', { value: undefined })");
    expect(await refusal('host.requestWebSerial()')).toMatch(
      /^MissingDependencyError missing-dependency: This browser has no Web Serial/,
    );
  });
});
