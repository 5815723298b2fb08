import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

/** The path of the built command. */
export const command = fileURLToPath(new URL('../bin/bd-edge.js', import.meta.url));

/** Without colors: continuous integration would enable them, and they are escape sequences. */
const PLAIN = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };

export interface CommandOptions {
  /** Default: the folder for temporary files. */
  cwd?: string;
  /** Variables to add to the environment. */
  env?: NodeJS.ProcessEnv;
}

export type CommandResult = Pick<SpawnSyncReturns<string>, 'status' | 'stdout' | 'stderr'>;

/** Runs the built command to its end. */
export function bdEdge(...args: string[]): CommandResult {
  return bdEdgeWith({}, ...args);
}

/** Runs the built command to its end in a folder or with variables. */
export function bdEdgeWith({ cwd = tmpdir(), env }: CommandOptions, ...args: string[]): CommandResult {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    encoding: 'utf8',
    cwd,
    env: { ...PLAIN, ...env },
  });
  return { status, stdout, stderr };
}

/** Runs the built command with a file size limit of 4 KB, which acts like a full disk; not on Windows. */
export function bdEdgeWithoutRoom(...args: string[]): CommandResult {
  const script = 'ulimit -f 4 && exec "$0" "$@"';
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script, process.execPath, command, ...args], {
    encoding: 'utf8',
    cwd: tmpdir(),
  });
  return { status, stdout, stderr };
}

/** Returns the JSON object that a command printed. */
export const json = ({ stdout }: { stdout: string }) => JSON.parse(stdout);

/** Runs a command with `--json` that must fail. @returns its exit code, and the code of its error */
export function failure(options: CommandOptions, ...args: string[]): { status: number | null; code: string } {
  const { status, stdout, stderr } = bdEdgeWith(options, ...args, '--json');
  // One sentence for people, without a stack.
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^error: /);
  expect(stderr).not.toContain('    at ');
  return { status, code: JSON.parse(stdout).error.code };
}

/** Runs `bd-edge simulate` during `use`, and checks that it ends with code 0 at Ctrl-C. */
export async function withSimulator(args: string[], use: (port: string) => Promise<void>): Promise<void> {
  const simulator = spawn(process.execPath, [command, 'simulate', ...args, '--json']);
  const ended = new Promise((resolve) => simulator.once('close', resolve));
  try {
    const [line] = await once(simulator.stdout, 'data');
    await use(JSON.parse(String(line)).port);
  } finally {
    simulator.kill('SIGINT');
  }
  expect(await ended).toBe(0);
}

/** Returns the names of the commands, in the order of the help. */
export function commandNames(): string[] {
  const { stdout } = bdEdge('--help');
  const [, commands] = stdout.split('Commands:\n');
  return Array.from(commands.matchAll(/^ {2}(\w+)/gm), ([, name]) => name).filter((name) => name !== 'help');
}
