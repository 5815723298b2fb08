import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The system's Firefox, or the one that `BD_EDGE_FIREFOX` names. */
const FIREFOX = [process.env.BD_EDGE_FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox'].find(
  (path) => path !== undefined && existsSync(path),
);

/** Without Firefox, its tests are skipped with a warning. CI skips nothing. */
export const withoutFirefox = FIREFOX === undefined && process.env.CI !== 'true';
if (withoutFirefox)
  console.warn('Skipped: tests in Firefox; install firefox-esr, or set BD_EDGE_FIREFOX to its path.');

/** Settings without Firefox's own connections to the network. */
const PREFERENCES = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.aboutwelcome.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'http://127.0.0.1:1',
  'toolkit.telemetry.enabled': false,
};

/** Opens a page in a new Firefox. @returns a function that closes it */
export function openInFirefox(url: string): () => Promise<void> {
  if (FIREFOX === undefined)
    throw new Error('Firefox was not found; install firefox-esr or set BD_EDGE_FIREFOX.');
  const profile = mkdtempSync(join(tmpdir(), 'bd-edge-firefox-'));
  const lines = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`,
  );
  writeFileSync(join(profile, 'user.js'), lines.join(''));
  const browser: ChildProcess = spawn(FIREFOX, ['--headless', '--no-remote', '--profile', profile, url], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => {
    browser.once('exit', () => resolve());
    browser.once('error', () => resolve());
  });
  return async () => {
    browser.kill();
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
}
