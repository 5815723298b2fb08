import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The command as built. */
export const command = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** Runs the real command to its end. */
export function bdEdge(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    encoding: 'utf8',
    cwd: tmpdir(),
  });
  return { status, stdout, stderr };
}

/** The verbs that the command has, in the order of its help. */
export function verbs(): string[] {
  const { stdout } = bdEdge('--help');
  const [, commands] = stdout.split('Commands:\n');
  return Array.from(commands.matchAll(/^ {2}(\w+)/gm), ([, name]) => name).filter((name) => name !== 'help');
}
