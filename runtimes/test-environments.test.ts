import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { cases, expectedLogits } from './testing/cases.js';

const MODULES = join(import.meta.dirname, 'node_modules');

/** A test as a user writes it: bytes of several kinds, with the classes of the test's own realm. */
const body = `
import { readFileSync } from 'node:fs';
import { load, preprocess } from '@bd-edge/sdk';

const { model, image, logits } = JSON.parse(readFileSync('case.json', 'utf8'));
const decode = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

test('the same bytes are taken by load, run, preprocess and classify', async () => {
  const network = await load(decode(model));
  const { width, height } = network.input;
  for (const data of [decode(image), Buffer.from(image, 'base64'), new Uint8ClampedArray(decode(image))]) {
    expect([...network.run(data).logits]).toEqual(logits);
    const prepared = preprocess({ width, height, data }, { to: network.input });
    expect([...network.run(prepared).logits]).toEqual(logits);
    expect(network.classify({ width, height, data })).toHaveLength(logits.length);
  }
});

test('a buffer, a file of a page, and a promise are sources', async () => {
  const bytes = decode(model);
  const sources = [bytes.buffer, Promise.resolve(bytes), new DataView(bytes.buffer)];
  if (typeof Blob === 'function') sources.push(new Blob([bytes]));
  for (const source of sources) expect((await load(source)).classCount).toBe(logits.length);
});

test('typed errors', async () => {
  const network = await load(decode(model));
  expect(() => network.run(new Float32Array(4))).toThrow(expect.objectContaining({ code: 'wrong-image-type' }));
  await expect(load(5)).rejects.toMatchObject({ code: 'unreadable' });
});
`;

/** Makes a project with a test. @returns its folder */
function project(imports: string): string {
  const folder = mkdtempSync(join(inject('project'), 'tests-'));
  mkdirSync(join(folder, 'node_modules'));
  for (const name of ['vitest', '@jest'])
    symlinkSync(join(MODULES, name), join(folder, 'node_modules', name));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'network.test.js'), `${imports}\n${body}`);
  const { model, images } = cases[0];
  writeFileSync(
    join(folder, 'case.json'),
    JSON.stringify({ model, image: images[0], logits: expectedLogits[0][0] }),
  );
  return folder;
}

function run(cwd: string, options: string[], args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...options, ...args], {
    ...{ cwd, encoding: 'utf8' },
    env: { ...process.env, NO_COLOR: '1', CI: '', VITEST: undefined, NODE_OPTIONS: '' },
  });
  return { status, output: `${stdout}${stderr}` };
}

const PASSED = { status: 0, output: expect.stringMatching(/Tests:?\s+3 passed/) };

test.each([
  ['jsdom', 'forks'],
  ['jsdom', 'vmThreads'],
  ['happy-dom', 'forks'],
  ['happy-dom', 'vmThreads'],
])('vitest with %s in %s', (environment, pool) => {
  const folder = project("import { expect, test } from 'vitest';");
  const vitest = join(MODULES, 'vitest', 'vitest.mjs');
  expect(
    run(folder, [], [vitest, 'run', '--root', folder, '--environment', environment, '--pool', pool]),
  ).toEqual(PASSED);
});

test.each(['jest-environment-jsdom', 'jest-environment-node'])('jest with %s', (environment) => {
  const folder = project("import { expect, test } from '@jest/globals';");
  const config = { testEnvironment: join(MODULES, environment), transform: {}, rootDir: folder };
  writeFileSync(join(folder, 'jest.config.json'), JSON.stringify(config));
  const jest = join(MODULES, 'jest', 'bin', 'jest.js');
  expect(run(folder, ['--experimental-vm-modules'], [jest, '--config', 'jest.config.json'])).toEqual(PASSED);
});

test('node without fetch', () => {
  const folder = project('');
  writeFileSync(
    join(folder, 'plain.js'),
    `import { readFileSync } from 'node:fs';
     import { load } from '@bd-edge/sdk';
     delete globalThis.Response;
     const { model, image, logits } = JSON.parse(readFileSync('case.json', 'utf8'));
     const network = await load(Buffer.from(model, 'base64'));
     console.log(String(network.run(Buffer.from(image, 'base64')).logits) === String(logits) && typeof fetch);`,
  );
  const options = Number(process.versions.node.split('.')[0]) < 26 ? ['--no-experimental-fetch'] : [];
  expect(run(folder, options, ['plain.js'])).toEqual({ status: 0, output: 'undefined\n' });
});
