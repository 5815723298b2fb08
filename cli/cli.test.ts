/** The built command: help, usage errors, exit codes, and texts from elsewhere. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeModel, parseModel } from '@bd-edge/sdk';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { bdEdge, commandNames, failure, json } from './testing/command.js';
import { temporaryFolder } from './testing/folder.js';
import { mnistNetwork } from './testing/models.js';

const folder = temporaryFolder();
const model = join(folder, 'model.bdm');

beforeAll(() => writeFileSync(model, mnistNetwork(1)));

test('every command has help with examples', () => {
  const all = commandNames();
  expect(all).toContain('train');
  for (const name of all) {
    const { status, stdout } = bdEdge(name, '--help');
    expect({ name, status }).toEqual({ name, status: 0 });
    expect(stdout).toContain('Examples:');
    expect(stdout).toContain('--json');
  }
  expect(bdEdge('--version')).toMatchObject({
    status: 0,
    // The second line tells which files and boards fit together.
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\nengine \d+, format \d+\.\d+, link \d+\.\d+\n$/),
  });
});

describe('a usage error has exit code 2 and a code', () => {
  test.each([
    ['unknown-option', ['inspect', 'model.bdm', '--nonsense']],
    ['missing-port', ['deploy', 'mnist-8k']],
    ['missing-port', ['check', 'mnist-8k']],
    ['invalid-argument', ['check', 'mnist-8k', '--port', 'sim:', '--limit', 'many']],
    ['missing-address', ['simulate']],
    ['option-of-other-board', ['simulate', '--listen', '127.0.0.1:0', '--firmware', 'x']],
    ['unknown-command', ['dance']],
    ['missing-argument', ['inspect']],
    ['excess-arguments', ['train', 'pictures']],
    ['conflicting-option', ['train', '--resume', '--overwrite']],
  ])('%s: %j', (code, args) => {
    expect(failure({}, ...args)).toEqual({ status: 2, code });
  });

  test('an argument too many is named, with the option that takes it', () => {
    expect(json(bdEdge('train', 'pictures', '--json')).error.message).toContain('--data pictures');
    expect(bdEdge('train', 'pictures')).toMatchObject({
      stdout: '',
      stderr: expect.stringContaining('bd-edge train --help'),
    });
  });
});

test.each([
  ['train', '--finetune-epochs', '--finetuned-epochs'],
  ['train', '--batch-size', '--batch'],
  ['train', '--output', '--out'],
  ['compare', '--lr', '--learning-rates'],
  ['eval', '--dataset', '--data'],
  ['predict', '--top-k', '--top'],
  ['deploy', '--device', '--port'],
  ['mismatch', '-o', '--plot'],
])('%s %s: did you mean %s?', (name, given, meant) => {
  const { code, message } = json(bdEdge(name, given, '1', '--json')).error;
  expect(code).toBe('unknown-option');
  expect(message).toContain(given);
  expect(message).toMatch(new RegExp(`did you mean ${meant}\\b`, 'i'));
});

test.each([
  ['evaluate', 'eval'],
  ['classify', 'predict'],
  ['constructor', undefined],
])('%s: did you mean %s?', (given, meant) => {
  const { code, message } = json(bdEdge(given, 'model.bdm', '--json')).error;
  expect(code).toBe('unknown-command');
  expect(/did you mean (\w+)/.exec(message)?.[1]).toBe(meant);
});

// A shell gives these for a variable that is not set.
test.each([
  ['--data', ['train', '--data', '']],
  ['--out', ['export', folder, '--out=']],
  ['<model>', ['inspect', '']],
  ['<files>', ['predict', model, 'a.png', '']],
])('an empty %s is a usage error', (name, args) => {
  const { code, message } = json(bdEdge(...args, '--json')).error;
  expect(code).toBe('invalid-argument');
  expect(message).toContain(name);
  expect(failure({}, ...args).status).toBe(2);
});

describe('a file error has exit code 4 and a code', () => {
  const damaged = join(folder, 'damaged.bdm');
  const short = join(folder, 'short.bdm');
  const empty = join(folder, 'empty.wasm');
  beforeAll(() => {
    const bytes = mnistNetwork(1);
    bytes[200] ^= 4;
    writeFileSync(damaged, bytes);
    writeFileSync(short, bytes.subarray(0, 100));
    writeFileSync(empty, '');
  });

  test.each([
    ['file-not-found', ['inspect', join(folder, 'absent.bdm')]],
    ['unknown-model', ['inspect', 'absent']],
    ['is-a-folder', ['inspect', folder]],
    ['name-too-long', ['inspect', `${'x'.repeat(300)}.bdm`]],
    ['not-a-folder', ['deploy', model, '--port', `sim:?store=${empty}`]],
  ])('%s: %j', (code, args) => {
    expect(failure({}, ...args)).toEqual({ status: 4, code });
  });

  test('of something else than a model, by name', () => {
    const run = join(folder, 'a run');
    mkdirSync(join(run, 'finetuned'), { recursive: true });
    writeFileSync(join(run, 'run.json'), '{}');
    writeFileSync(join(run, 'finetuned', 'model.json'), '{}');
    for (const name of [run, join(run, 'finetuned')]) {
      const { code, message } = json(bdEdge('eval', name, '--json')).error;
      expect(code).toBe('is-a-folder');
      expect(message).toContain(`bd-edge export '${name}'`);
    }
    const weights = join(run, 'finetuned', 'model.json');
    const { code, message } = json(bdEdge('predict', weights, 'photo.jpg', '--json')).error;
    expect([code, message.includes(weights)]).toEqual(['truncated', true]);
    expect(failure({}, 'export', model, '-o', join(folder, 'x.bdm'))).toEqual({
      status: 4,
      code: 'not-a-folder',
    });
  });

  test('of an invalid model or engine', () => {
    for (const args of [
      ['inspect', damaged],
      ['inspect', short],
      ['deploy', model, '--port', 'sim:', '--engine', empty],
    ])
      expect(failure({}, ...args)).toMatchObject({ status: 4 });
    expect(bdEdge('inspect', damaged, '--verbose').stderr).toContain('    at ');
  });
});

describe('control characters do not reach the terminal', () => {
  test('from the metadata of a model, and a shell gets quotes', () => {
    const { input, ops, outputScale } = parseModel(mnistNetwork(1));
    const training = { data: "\x1b[2Jmnist'; echo", seed: '\x07' };
    for (const name of ['\x1b]0;title\x07', 5]) {
      const file = join(folder, 'hostile.bdm');
      writeFileSync(
        file,
        encodeModel({ input, ops, outputScale, metadata: { name: name as string, training } }),
      );
      const inspected = bdEdge('inspect', file);
      expect(inspected).toMatchObject({ status: 0, stderr: '' });
      const deployed = bdEdge('deploy', file, '--port', 'sim:?ram=262144&baud=115200');
      expect(inspected.stdout + deployed.stdout).not.toMatch(/[\x07\x1b]/);
      expect(deployed.stdout).toContain(`--port 'sim:?ram=262144&baud=115200' --data FOLDER\n`);
    }
  });

  test('from the names in a folder', async () => {
    const [set, none] = ['names', 'none'].map((name) => join(folder, `\x1b]0;${name}\x07`));
    for (const className of ['\x1b[2Jred', '\x9b31mblue']) {
      mkdirSync(join(set, className), { recursive: true });
      const gray = sharp(Buffer.alloc(4), { raw: { width: 2, height: 2, channels: 1 } });
      for (let i = 0; i < 6; i++) await gray.clone().toFile(join(set, className, `${i}.png`));
    }
    for (const args of [
      ['data', set],
      ['data', set, '--json'],
      ['data', none],
      ['inspect', none, '--verbose'],
    ]) {
      const { stdout, stderr } = bdEdge(...args);
      expect(stdout + stderr).toContain(args[1] === set ? 'red' : 'none');
      expect(stdout + stderr).not.toMatch(/[\x07\x1b\x9b]/);
    }
    expect(json(bdEdge('data', set, '--json')).classNames).toEqual(['\x1b[2Jred', '\x9b31mblue']);
  });
});
