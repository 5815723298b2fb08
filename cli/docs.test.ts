/**
 * Runs the code of README and of every guide with the built packages. A block that is not run has the reason in a comment
 * above it: `<!-- not run: reason -->`.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileModel } from '@bd-edge/compile';
import { argmax, encodeModel, type Graph, parseModel, referenceLogits } from '@bd-edge/sdk/internal';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireRuntimes, runtimesFolder } from '../compile/testing/python-runtime.js';
import { random, randomGraph } from '../sdk/testing/random-graph.js';
import { bdEdge, command, commandNames } from './testing/command.js';

const folder = mkdtempSync(join(tmpdir(), 'bd-edge-docs-'));
const root = fileURLToPath(new URL('..', import.meta.url));
const windows = process.platform === 'win32';
/** The first small random network whose images `preprocess` can make. */
const graph = Array.from({ length: 100 }, (_, seed) => randomGraph(random(seed), 2)).find(
  ({ input }) => input.channels === 3,
) as Graph;
const bytes = encodeModel(graph);
const { height, width, channels } = graph.input;

/** Languages that are run; other blocks show data. */
const RUNNABLE = ['js', 'ts', 'python', 'sh', 'bash'];

interface Block {
  language: string;
  code: string;
  /** The reason for not running it. */
  excuse?: string;
}

const blocksOf = (page: string): Block[] =>
  Array.from(
    readFileSync(join(root, page), 'utf8').matchAll(
      /(?:^ *<!-- not run: ([^\n]+) -->\n)?^( *)```(\w+)\n([^]*?)^\2```$/gm,
    ),
    ([, excuse, indent, language, code]) => ({
      language,
      excuse,
      code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );

const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const runnable = pages.flatMap((page) =>
  blocksOf(page)
    .filter(({ language }) => RUNNABLE.includes(language))
    .map((block, i) => ({ page, i: i + 1, ...block })),
);
const toRun = (language: string) =>
  runnable.filter((block) => block.language === language && block.excuse === undefined);

/** A folder of a reader's, with the packages that the guides ask for. */
function project(name: string, model: Uint8Array): string {
  const at = join(folder, name);
  mkdirSync(join(at, 'node_modules'), { recursive: true });
  for (const name of ['@bd-edge', 'bd-edge', 'sharp'])
    symlinkSync(join(root, 'node_modules', name), join(at, 'node_modules', name), 'junction');
  writeFileSync(join(at, 'model.bdm'), model);
  return at;
}

beforeAll(async () => {
  const at = project('js', bytes);
  for (const ending of ['wasm', 'mjs'])
    expect(bdEdge('compile', join(at, 'model.bdm'), '-o', join(at, `model.${ending}`)).status).toBe(0);
  const recipe = blocksOf('docs/networks.md').find(({ language }) => language === 'json');
  writeFileSync(join(at, 'my-network.json'), recipe?.code ?? '');
  const { default: sharp } = await import('sharp');
  await sharp({ create: { width: 40, height: 30, channels: 3, background: 'teal' } }).toFile(
    join(at, 'picture.png'),
  );
  // Variables that a program has before a block.
  writeFileSync(
    join(at, 'before.mjs'),
    `globalThis.pixels = new Uint8Array(${height * width * channels});\n`,
  );
  project('sh', readFileSync(join(root, 'playground', 'models', 'mnist.bdm')));
  copyFileSync(join(at, 'my-network.json'), join(folder, 'sh', 'my-network.json'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every block that is not run has a reason, and most are run', () => {
  for (const { excuse } of runnable) if (excuse !== undefined) expect(excuse.length).toBeGreaterThan(10);
  expect(toRun('bash')).toEqual([]);
  expect(toRun('js').length + toRun('ts').length).toBeGreaterThan(8);
  expect(toRun('sh').length).toBeGreaterThan(5);
  // Every reason must be directly above a block.
  for (const page of pages) {
    const text = readFileSync(join(root, page), 'utf8');
    const excused = blocksOf(page).filter(({ excuse }) => excuse !== undefined);
    expect([page, text.split('<!-- not run:').length - 1]).toEqual([page, excused.length]);
  }
});

describe('JavaScript', () => {
  test.each([...toRun('js'), ...toRun('ts')])(
    '$page, block $i',
    { timeout: 120_000 },
    ({ page, i, code }) => {
      const file = `${page.replace('/', '-')}-${i}.mjs`;
      const at = join(folder, 'js');
      writeFileSync(join(at, file), transformSync(code, { loader: 'ts', target: 'node20' }).code);
      const { status, stderr } = spawnSync(process.execPath, ['--import', './before.mjs', file], {
        cwd: at,
        encoding: 'utf8',
      });
      expect({ code, status, stderr: status === 0 ? '' : stderr }).toEqual({ code, status: 0, stderr: '' });
    },
  );
});

describe.skipIf(windows)('shell', () => {
  test.each(toRun('sh'))('$page, block $i', { timeout: 120_000 }, ({ code }) => {
    // Function names of sh cannot contain a hyphen.
    const commands = code.replaceAll(/^(?:npx )?bd-edge /gm, 'bd_edge ');
    const script = `set -e\nbd_edge() { "${process.execPath}" "${command}" "$@"; }\n${commands}`;
    const { status, stderr } = spawnSync('sh', ['-c', script], {
      cwd: join(folder, 'sh'),
      encoding: 'utf8',
    });
    expect({ code, status, stderr: status === 0 ? '' : stderr }).toEqual({ code, status: 0, stderr: '' });
  });
});

test('the Python of docs/compile.md prints the class and the logits of an empty image', (context) => {
  requireRuntimes(context);
  const [{ code }, ...others] = toRun('python');
  expect(others).toEqual([]);
  const env = { ...process.env, PYTHONPATH: runtimesFolder };
  const { stdout } = spawnSync(windows ? 'python' : 'python3', ['-c', code], {
    cwd: join(folder, 'js'),
    encoding: 'utf8',
    env,
  });
  const logits = referenceLogits(parseModel(bytes), new Uint8Array(height * width * channels));
  expect(stdout.trim()).toBe(`${argmax(logits)} [${[...logits].join(', ')}]`);
});

test('docs/inspect.md shows the output for the playground’s network', () => {
  const [shown] = blocksOf('docs/inspect.md').filter(({ language }) => language === 'text');
  const { stdout } = bdEdge('inspect', join(root, 'playground', 'models', 'mnist.bdm'));
  const lines = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((line) => line.trimEnd());
  expect(lines(shown.code)).toEqual(lines(stdout));
});

test('docs/compile.md lists every function of a compiled module', () => {
  const page = readFileSync(join(root, 'docs', 'compile.md'), 'utf8');
  const names = WebAssembly.Module.exports(new WebAssembly.Module(compileModel(bytes).wasm));
  for (const { name, kind } of names) if (kind === 'function') expect(page).toContain(`| \`${name}()\` | `);
});

describe('docs/cli.md', () => {
  const page = readFileSync(join(root, 'docs', 'cli.md'), 'utf8');
  const sections = page.split(/^### `bd-edge /m).slice(1);
  const all = commandNames();

  test('has a section for every command', () => {
    expect(sections.map((section) => section.match(/^\w+/)?.[0]).sort()).toEqual(all.toSorted());
  });

  // Options of every command are described once, at the top of the page.
  const everywhere = ['--help', '--json', '--verbose'];
  test.each(all)('has the options of %s, and no others', (name) => {
    const section = sections.find((text) => new RegExp(`^${name}\\b`).test(text)) ?? '';
    const described = new Set(section.match(/(?<![\w-])--?[a-z][a-z-]*/g));
    const options = Array.from(
      bdEdge(name, '--help').stdout.matchAll(/^ {2}(?:(--?[a-z-]+), )?(--[a-z-]+)/gm),
      ([, short, long]) => [long, short].filter(Boolean),
    );
    const missing = options.filter((names) => !names.some((option) => described.has(option)));
    expect(missing.filter(([long]) => !everywhere.includes(long))).toEqual([]);
    const unknown = [...described].filter((text) => text.startsWith('--') && !options.flat().includes(text));
    expect(unknown).toEqual([]);
  });
});
