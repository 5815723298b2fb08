import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { delimiter } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ChildBoard } from '@bd-edge/host/internal';
import type { TestContext } from 'vitest';

const CHIP = fileURLToPath(new URL('nrf52_chip.py', import.meta.url));
/** The folder of `npm run setup:boards`; a unicorn that is installed otherwise serves too. */
const PACKAGES = fileURLToPath(new URL('../../build/unicorn', import.meta.url));

const python = process.platform === 'win32' ? 'python' : 'python3';
const env = {
  ...process.env,
  PYTHONPATH: [PACKAGES, process.env.PYTHONPATH].filter(Boolean).join(delimiter),
};
const isInstalled = spawnSync(python, ['-c', 'import unicorn'], { env }).status === 0;

/** Skips a test that needs an emulated nRF52 if the package unicorn is missing; fails it in continuous integration. */
export function requireUnicorn(context: TestContext): void {
  if (isInstalled) return;
  const advice = "Python's package unicorn is not installed; run `npm run setup:boards`";
  if (process.env.CI === 'true') throw new Error(advice);
  context.skip(advice);
}

/** Starts an emulated nRF52833. @param firmware the path of `firmware.bin` */
export async function startNrf52(firmware: string): Promise<ChildBoard> {
  const child = spawn(python, [CHIP, firmware], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout });
  const [port] = await once(lines, 'line');
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  const reset = async () => {
    const done = once(lines, 'line');
    child.stdin.write('reset\n');
    await done;
  };
  return new ChildBoard('The emulated nRF52833', child, socket, reset);
}
