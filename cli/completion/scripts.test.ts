import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { bdEdge, commandNames, failure } from '../testing/command.js';
import type { ProgramWords } from './program.js';
import { completionScript, SHELLS } from './scripts.js';

const program: ProgramWords = {
  name: 'tool',
  commands: [
    {
      name: 'make',
      description: "it's [made]: 100 %",
      choices: [],
      options: [
        { flags: ['-o', '--out'], description: 'file', takesValue: true, choices: [] },
        { flags: ['--kind'], description: 'kind', takesValue: true, choices: ['red', 'green'] },
        { flags: ['--fast'], description: "don't wait", takesValue: false, choices: [] },
      ],
    },
    { name: 'print', description: 'text', choices: ['left', 'right'], options: [] },
  ],
};

const isInstalled = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0;

/** Returns what bash offers for the last word. */
function completed(script: string, name: string, ...words: string[]): string[] {
  const line = `${script}
COMP_WORDS=(${[name, ...words].map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length}
_${name.replace(/\W/g, '_')}
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter(Boolean);
}

test.skipIf(!isInstalled('bash'))('bash completes commands, options, and values from lists', () => {
  const script = completionScript('bash', program);
  expect(completed(script, 'tool', '')).toEqual(['make', 'print', '--help', '--version']);
  expect(completed(script, 'tool', 'm')).toEqual(['make']);
  expect(completed(script, 'tool', 'make', '--')).toEqual(['--out', '--kind', '--fast', '--help']);
  expect(completed(script, 'tool', 'make', '--kind', 'g')).toEqual(['green']);
  // A file name follows, which bash completes itself.
  expect(completed(script, 'tool', 'make', '--out', '')).toEqual([]);
  expect(completed(script, 'tool', 'print', 'r')).toEqual(['right']);
  expect(completed(script, 'tool', 'other', '')).toEqual([]);
});

test.each(['zsh', 'fish'] as const)('%s accepts its script', (shell) => {
  const script = completionScript(shell, program);
  for (const word of ['make', 'kind', 'green', 'right']) expect(script).toContain(word);
  if (isInstalled(shell))
    expect(spawnSync(shell, ['-n'], { input: script, encoding: 'utf8' }).stderr).toBe('');
});

test('PowerShell quotes names', () => {
  const script = completionScript('powershell', program);
  expect(script).toContain("'make' = @('-o', '--out', '--kind', '--fast', '--help')");
  expect(script).toContain("'make --kind' = @('red', 'green')");
});

test('the command prints a script for each shell, with all of its commands', () => {
  for (const shell of SHELLS) {
    const { status, stdout } = bdEdge('completion', shell);
    expect(status).toBe(0);
    for (const name of commandNames()) expect(stdout).toContain(name);
  }
  const { stdout } = bdEdge('completion', 'bash');
  if (isInstalled('bash')) {
    expect(completed(stdout, 'bd-edge', 'eval', '--engine', '')).toEqual(['wasm', 'reference']);
    expect(completed(stdout, 'bd-edge', 'pre')).toEqual(['predict']);
  }
  expect(failure({}, 'completion', 'tcsh')).toEqual({ status: 2, code: 'invalid-argument' });
});
