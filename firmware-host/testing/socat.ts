import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, type TestContext } from 'vitest';

const installed = spawnSync('socat', ['-V']).error === undefined;

/** Skips a test that needs pseudo-terminals if `socat` is missing; fails it in continuous integration. */
export function requireSocat(context: TestContext): void {
  if (installed) return;
  const advice = 'socat is not installed; run `apt-get install socat` or `brew install socat`';
  if (process.env.CI === 'true') throw new Error(advice);
  context.skip(advice);
}

/** Creates an empty directory that is removed after the test. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'bd-edge-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
