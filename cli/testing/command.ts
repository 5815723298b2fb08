import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The command as built. */
export const command = fileURLToPath(new URL('../bin/bd-edge.js', import.meta.url));

/** Continuous integration would have colors, which are escape sequences. */
const PLAIN = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };

/** Runs the real command to its end, without colors. */
export function bdEdge(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    encoding: 'utf8',
    cwd: tmpdir(),
    env: PLAIN,
  });
  return { status, stdout, stderr };
}

/** The same where no file may become larger than 4 KB, as on a disk that is full; not on Windows. */
export function bdEdgeWithoutRoom(...args: string[]): { status: number | null; stderr: string } {
  const script = 'ulimit -f 4 && exec "$0" "$@"';
  const { status, stderr } = spawnSync('bash', ['-c', script, process.execPath, command, ...args], {
    encoding: 'utf8',
    cwd: tmpdir(),
  });
  return { status, stderr };
}

/** The verbs that the command has, in the order of its help. */
export function verbs(): string[] {
  const { stdout } = bdEdge('--help');
  const [, commands] = stdout.split('Commands:\n');
  return Array.from(commands.matchAll(/^ {2}(\w+)/gm), ([, name]) => name).filter((name) => name !== 'help');
}
