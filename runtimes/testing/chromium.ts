import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Chromium as the system has it; `BD_EDGE_CHROMIUM` names another. */
export const CHROMIUM = [process.env.BD_EDGE_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== undefined && existsSync(path),
);

/** Where there is none, these tests are skipped, and say so; CI skips nothing. */
export const withoutChromium = CHROMIUM === undefined && process.env.CI !== 'true';
if (withoutChromium)
  console.warn('Skipped: tests in a browser; install chromium, or set BD_EDGE_CHROMIUM to its path.');

/** Starts it, with no wish to talk to anybody but the tests' own servers. */
export function launch(...more: string[]): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error('There is no chromium; install it or set BD_EDGE_CHROMIUM.');
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  });
}

/** Opens a page and waits for what it leaves in `globalThis.answer`. */
export async function answerOf<Answer>(browser: Browser, url: string): Promise<Answer> {
  const page = await openPage(browser, url);
  try {
    return await page.evaluate<Answer>('globalThis.answer');
  } finally {
    await page.close();
  }
}

/** Opens a page and waits until it has left something in `globalThis.answer`. */
export async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  const failed = new Promise<never>((_, reject) => {
    page.on('pageerror', reject);
  });
  failed.catch(() => {});
  await page.goto(url);
  await Promise.race([page.waitForFunction('globalThis.answer !== undefined'), failed]);
  return page;
}
