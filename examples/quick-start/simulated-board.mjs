import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';

/** Runs `bd-edge simulate` beside this program, and says where it listens. */
export async function startSimulatedBoard() {
  const command = fileURLToPath(new URL('./cli.js', import.meta.resolve('bd-edge')));
  const simulator = spawn(process.execPath, [command, 'simulate', '--listen', '127.0.0.1:0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = () => simulator.kill('SIGINT');
  process.once('exit', stop);
  for await (const line of createInterface({ input: simulator.stdout })) return { ...JSON.parse(line), stop };
  throw new Error('The simulated board did not start; what it said is above.');
}
