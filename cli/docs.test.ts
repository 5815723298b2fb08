/** The code of docs/compile.md and docs/preprocessing.md, run as a reader would run it, with the package as built. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileModel } from '../compile/index.js';
import { requireRuntimes, runtimesFolder } from '../compile/testing/python-runtime.js';
import { argmax, encodeModel, type Graph, parseModel, referenceLogits } from '../sdk/index.js';
import { random, randomGraph } from '../sdk/testing/random-graph.js';
import { bdEdge } from './testing/command.js';

const folder = mkdtempSync(join(tmpdir(), 'bd-edge-docs-'));
const root = fileURLToPath(new URL('..', import.meta.url));
/** The first small random network whose images `preprocess` can make. */
const graph = Array.from({ length: 100 }, (_, seed) => randomGraph(random(seed), 2)).find(
  ({ input }) => input.channels === 3,
) as Graph;
const bytes = encodeModel(graph);

const blocks = (page: string, language: string): string[] => {
  const text = readFileSync(join(root, 'docs', page), 'utf8');
  return Array.from(
    text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms')),
    ([, code]) => code,
  );
};

beforeAll(() => {
  writeFileSync(join(folder, 'model.bdm'), bytes);
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'bd-edge'), 'junction');
  for (const ending of ['wasm', 'mjs']) {
    const out = join(folder, `model.${ending}`);
    expect(bdEdge('compile', join(folder, 'model.bdm'), '-o', out).status).toBe(0);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(['compile.md', 'preprocessing.md'])('docs/%s', (page) => {
  test('its JavaScript runs', () => {
    const programs = blocks(page, 'js');
    expect(programs).toHaveLength(2);
    programs.forEach((code, i) => {
      writeFileSync(join(folder, `${i}.mjs`), code);
      const { status, stderr } = spawnSync(process.execPath, [`${i}.mjs`], { cwd: folder, encoding: 'utf8' });
      expect({ code, status, stderr }).toEqual({ code, status: 0, stderr: '' });
    });
  });
});

test('the Python of docs/compile.md prints the label and the logits of an empty image', (context) => {
  requireRuntimes(context);
  const [code, ...others] = blocks('compile.md', 'python');
  expect(others).toEqual([]);
  const env = { ...process.env, PYTHONPATH: runtimesFolder };
  const python = process.platform === 'win32' ? 'python' : 'python3';
  const { stdout } = spawnSync(python, ['-c', code], { cwd: folder, encoding: 'utf8', env });
  const { height, width, channels } = graph.input;
  const logits = referenceLogits(parseModel(bytes), new Uint8Array(height * width * channels));
  expect(stdout.trim()).toBe(`${argmax(logits)} [${[...logits].join(', ')}]`);
});

test('docs/compile.md explains every function of a compiled module', () => {
  const page = readFileSync(join(root, 'docs', 'compile.md'), 'utf8');
  const names = WebAssembly.Module.exports(new WebAssembly.Module(compileModel(bytes).wasm));
  for (const { name, kind } of names) if (kind === 'function') expect(page).toContain(`| \`${name}()\` | `);
});
