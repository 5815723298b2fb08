/** The command in an installation without @bd-edge/trainer, as `npm install --omit=optional` makes it. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { commandNames } from './testing/command.js';
import { temporaryFolder } from './testing/folder.js';

const folder = temporaryFolder();
const cli = fileURLToPath(new URL('.', import.meta.url));
const modules = join(cli, '..', 'node_modules');
const { version, dependencies } = JSON.parse(readFileSync(join(cli, 'package.json'), 'utf8'));

beforeAll(() => {
  const installed = join(folder, 'node_modules');
  mkdirSync(join(installed, '@bd-edge'), { recursive: true });
  for (const name of Object.keys(dependencies))
    symlinkSync(join(modules, name), join(installed, name), 'junction');
  // A copy: Node resolves imports from the real path of a file.
  for (const part of ['bin', 'dist', 'package.json'])
    cpSync(join(cli, part), join(installed, 'bd-edge', part), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{}');
});

function run(...args: string[]) {
  const program = join(folder, 'node_modules', 'bd-edge', 'bin', 'bd-edge.js');
  return spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', cwd: folder });
}

test('every command loads', () => {
  expect(readdirSync(join(folder, 'node_modules', '@bd-edge'))).not.toContain('trainer');
  for (const name of commandNames()) expect([name, run(name, '--help').status]).toEqual([name, 0]);
});

test('commands without training work', () => {
  for (const args of [
    ['inspect', 'mnist-8k'],
    ['deploy', 'mnist-8k', '--port', 'sim:'],
    ['compile', 'mnist-8k', '-o', 'model.mjs'],
    ['compile', 'mnist-8k', '-o', 'model.c'],
    ['ports'],
  ])
    expect([args, run(...args).status]).toEqual([args, 0]);
});

test('check uses the samples of a bundled model', () => {
  const { status, stdout } = run('check', 'mnist-8k', '--port', 'sim:', '--json');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ data: 'samples', logitMismatches: 0 });
});

test('other commands name the command that installs the trainer', () => {
  for (const args of [
    ['data', 'mnist'],
    ['train'],
    ['compare'],
    ['export', 'runs/mnist'],
    ['summary', 'mnist'],
    ['eval', 'mnist-8k'],
    ['mismatch'],
  ]) {
    const { status, stdout } = run(...args, '--json');
    const { code, message } = JSON.parse(stdout).error;
    expect({ args, status, code }).toEqual({ args, status: 2, code: 'missing-dependency' });
    expect(message).toContain(`npm install @bd-edge/trainer@${version}`);
  }
});
