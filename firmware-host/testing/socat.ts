import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
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

/** Creates two connected pseudo-terminals, until the end of the test. @returns their paths, and the process behind them */
export async function cable(context: TestContext): Promise<{ ends: [string, string]; socat: ChildProcess }> {
  requireSocat(context);
  const directory = temporaryDirectory();
  const ends: [string, string] = [join(directory, 'a'), join(directory, 'b')];
  const socat = spawn('socat', ['-d', '-d', ...ends.map((end) => `PTY,raw,echo=0,link=${end}`)]);
  onTestFinished(() => void socat.kill());
  await new Promise<void>((resolve) => {
    socat.stderr.on('data', (text) => {
      if (String(text).includes('starting data transfer loop')) resolve();
    });
  });
  return { ends, socat };
}
