import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';

/** Starts `bd-edge simulate`. @returns its port, and a function that stops it */
export async function startSimulatedBoard() {
  const manifest = createRequire(import.meta.url).resolve('bd-edge/package.json');
  const command = join(manifest, '..', 'bin', 'bd-edge.js');
  const simulator = spawn(process.execPath, [command, 'simulate', '--listen', '127.0.0.1:0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = () => simulator.kill('SIGINT');
  process.once('exit', stop);
  for await (const line of createInterface({ input: simulator.stdout })) return { ...JSON.parse(line), stop };
  throw new Error('The simulated board did not start; its output is above.');
}
