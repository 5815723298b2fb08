import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** The system's Chromium, or the one that `BD_EDGE_CHROMIUM` names. */
export const CHROMIUM = [process.env.BD_EDGE_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== undefined && existsSync(path),
);

/** Without Chromium, its tests are skipped with a warning. CI skips nothing. */
export const withoutChromium = CHROMIUM === undefined && process.env.CI !== 'true';
if (withoutChromium)
  console.warn('Skipped: tests in a browser; install chromium, or set BD_EDGE_CHROMIUM to its path.');

/** Starts Chromium without its own connections to the network. */
export function launch(...more: string[]): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error('Chromium was not found; install it or set BD_EDGE_CHROMIUM.');
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

/** Opens a page and returns its `globalThis.answer`. */
export async function answerOf<Answer>(browser: Browser, url: string): Promise<Answer> {
  const page = await openPage(browser, url);
  try {
    return await page.evaluate<Answer>('globalThis.answer');
  } finally {
    await page.close();
  }
}

/** Opens a page and waits until it has set `globalThis.answer`. */
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
