import { describe, expect, test } from 'vitest';
import { findInstallation, installCommand } from './installation.js';

/** How each installation looks: a file of bd-edge, and the files beside its outermost node_modules. */
const INSTALLATIONS = [
  ['clone npm', '/home/me/bd-edge/cli/dist/index.js', []],
  ['clone npm', 'C:\\src\\bd-edge\\cli\\dist\\index.js', []],
  ['npx npm', '/home/me/.npm/_npx/1a2b3c/node_modules/bd-edge/dist/index.js', ['package.json']],
  ['npx npm', 'C:\\npm-cache\\_npx\\1a2b3c\\node_modules\\bd-edge\\dist\\index.js', ['package.json']],
  ['global npm', '/usr/local/lib/node_modules/bd-edge/dist/index.js', []],
  ['global npm', '/home/me/.nvm/versions/node/v24.1.0/lib/node_modules/bd-edge/dist/index.js', []],
  ['global npm', 'C:\\Users\\me\\AppData\\Roaming\\npm\\node_modules\\bd-edge\\dist\\index.js', []],
  [
    'global pnpm',
    '/home/me/.local/share/pnpm/global/5/node_modules/.pnpm/bd-edge@0.1.0/node_modules/bd-edge/dist/index.js',
    ['package.json', 'pnpm-lock.yaml'],
  ],
  ['global yarn', '/home/me/.config/yarn/global/node_modules/bd-edge/dist/index.js', ['package.json']],
  ['global bun', '/home/me/.bun/install/global/node_modules/bd-edge/dist/index.js', ['package.json']],
  ['local npm', '/home/me/app/node_modules/bd-edge/dist/index.js', ['package.json', 'package-lock.json']],
  ['local npm', 'C:\\app\\node_modules\\bd-edge\\dist\\index.js', ['package.json']],
  [
    'local pnpm',
    '/home/me/app/node_modules/.pnpm/bd-edge@0.1.0/node_modules/bd-edge/dist/index.js',
    ['package.json'],
  ],
  ['local yarn', '/home/me/app/node_modules/bd-edge/dist/index.js', ['package.json', 'yarn.lock']],
  ['local bun', '/home/me/app/node_modules/bd-edge/dist/index.js', ['package.json', 'bun.lock']],
] as const;

test.each(INSTALLATIONS)('%s: %s', (expected, file, beside) => {
  const separator = file.includes('\\') ? '\\' : '/';
  const project = file.slice(0, file.indexOf(`${separator}node_modules`));
  const exists = (path: string) => beside.some((name) => path === `${project}${separator}${name}`);
  const { kind, manager } = findInstallation({ file, exists });
  expect(`${kind} ${manager}`).toBe(expected);
});

describe('the command that adds', () => {
  const command = (
    kind: 'clone' | 'npx' | 'global' | 'local',
    name: '@bd-edge/trainer' | '@tensorflow/tfjs-node',
  ) => installCommand({ kind, manager: 'npm' }, name, '1.2.3');

  test('the trainer', () => {
    expect(command('clone', '@bd-edge/trainer')).toBe('npm install');
    expect(command('global', '@bd-edge/trainer')).toBe(
      'npm install --global bd-edge@1.2.3 --include=optional',
    );
    expect(command('local', '@bd-edge/trainer')).toBe('npm install @bd-edge/trainer@1.2.3');
    expect(command('npx', '@bd-edge/trainer')).toBe(
      'npx --package bd-edge@1.2.3 --package @bd-edge/trainer@1.2.3 bd-edge',
    );
  });

  test('the native backend', () => {
    expect(command('clone', '@tensorflow/tfjs-node')).toBe('npm run setup:tfjs-node');
    expect(command('global', '@tensorflow/tfjs-node')).toBe(
      'npm install --global bd-edge@1.2.3 --include=optional',
    );
    expect(command('local', '@tensorflow/tfjs-node')).toBe('npm install @tensorflow/tfjs-node');
  });

  test('anything with pnpm, yarn or bun', () => {
    for (const [manager, expected] of [
      ['pnpm', 'pnpm add --global bd-edge@1.2.3'],
      ['yarn', 'yarn global add bd-edge@1.2.3'],
      ['bun', 'bun add --global bd-edge@1.2.3'],
    ] as const)
      expect(installCommand({ kind: 'global', manager }, '@bd-edge/trainer', '1.2.3')).toBe(expected);
  });
});
