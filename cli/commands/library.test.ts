import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { smallNetwork } from '../../compile/testing/network.js';
import { bdEdge, bdEdgeWith, bdEdgeWithoutRoom, failure, json } from '../testing/command.js';
import { temporaryFolder } from '../testing/folder.js';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const model = at('small.bdm');

beforeAll(() => writeFileSync(model, smallNetwork().bytes));

/** Returns the files of a folder, sorted. */
const filesIn = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .sort();

test('writes a folder, named after it or the model', () => {
  const report = json(bdEdge('library', model, '-o', at('hands'), '--json'));
  expect(report).toMatchObject({ path: at('hands'), name: 'hands' });
  expect(filesIn(at('hands'))).toEqual([...report.files].sort());
  const header = readFileSync(at('hands/src/hands.h'), 'utf8');
  expect(header).toContain(`#define HANDS_ARENA_BYTES ${report.arenaBytes} `);
  expect(header).toContain(`#define HANDS_FLASH_BYTES ${report.constantBytes} `);
  expect(readFileSync(at('hands/README.md'), 'utf8')).toMatch(/^\| time per image on pico \| [\d.]+ ms/m);
  expect(json(bdEdgeWith({ cwd: folder }, 'library', model, '--json')).path).toBe('small');
  expect(json(bdEdge('library', model, '-o', at('x'), '--name', 'own', '--json')).name).toBe('own');
});

test('--for writes an archive with the files of one system', (context) => {
  const out = at('nested/digits.zip');
  const report = json(bdEdge('library', 'mnist-8k', '--for', 'zephyr', '--small', '-o', out, '--json'));
  expect(report).toMatchObject({ path: out, name: 'digits' });
  expect(bdEdgeWith({ cwd: folder }, 'library', model, '--for', 'arduino').stdout).toMatch(/^small\.zip: /);
  if (spawnSync('cmake', ['--version']).status !== 0)
    return context.skip('no `cmake` to read archives was found');
  mkdirSync(at('read'));
  const { status } = spawnSync('cmake', ['-E', 'tar', 'xf', out], { cwd: at('read') });
  expect(status).toBe(0);
  expect(filesIn(at('read/digits'))).toEqual([...report.files].sort());
  expect(readFileSync(at('read/digits/zephyr/module.yml'), 'utf8')).toMatch(/^name: digits\n/);
});

describe('nothing is written after', () => {
  const out = at('refused');
  test.each([
    [2, 'invalid-c-name', [model, '-o', out, '--name', '1st']],
    [2, 'invalid-c-name', [model, '-o', out, '--name', 'string']],
    [2, 'too-large-for-board', ['mnist-8k', '-o', out, '--board', 'uno']],
    [2, 'invalid-argument', [model, '-o', out, '--board', 'abacus']],
    [2, 'invalid-argument', [model, '-o', out, '--for', 'basic']],
    [2, 'unknown-ending', [model, '-o', out, '--for', 'cmake']],
    [2, 'output-exists', [model, '-o', folder]],
    [2, 'output-exists', [model, '-o', model]],
    [4, 'file-not-found', [at('absent.bdm'), '-o', out]],
    [4, 'not-a-folder', [model, '-o', at('small.bdm/hands')]],
  ] as [number, string, string[]][])('%i %s: %j', (status, code, args) => {
    const before = filesIn(folder);
    expect(failure({}, 'library', ...args)).toEqual({ status, code });
    expect(filesIn(folder)).toEqual(before);
    expect(existsSync(out)).toBe(false);
  });

  test.skipIf(process.platform === 'win32')('a full disk', () => {
    const before = readdirSync(folder);
    const { status } = bdEdgeWithoutRoom('library', model, '-o', out);
    expect(status).toBe(4);
    expect(readdirSync(folder)).toEqual(before);
  });
});
