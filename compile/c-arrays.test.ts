import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineWasm, memoryRequirement, parseModel } from '@bd-edge/sdk/internal';
import { afterAll, describe, expect, type TestContext, test } from 'vitest';
import { rejection } from '../sdk/testing/throws.js';
import { EMBEDDED, type Embedded, toCArrays } from './c-arrays.js';
import { compileModel } from './compile.js';
import { smallNetwork } from './testing/network.js';

const folder = mkdtempSync(join(tmpdir(), 'bd-edge-c-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Skips if a compiler is missing; fails in continuous integration. */
function requireCompiler(context: TestContext, compiler: string): void {
  if (spawnSync(compiler, ['--version']).error === undefined) return;
  const advice = `${compiler} is not installed; run \`apt-get install build-essential\``;
  if (process.env.CI === 'true') throw new Error(advice);
  context.skip(advice);
}

const HOSTILE = ['"; */ 5', 'größe 9', '??/', 'two\nlines', '\\', '%s', '\x1b[2J'];
const { tensors, ops } = parseModel(smallNetwork().bytes);
const { height, width, channels } = tensors[ops.length];
const classNames = Array.from({ length: height * width * channels }, (_, i) => HOSTILE[i % HOSTILE.length]);
const { bytes, graph } = smallNetwork({ name: 'a */ hostile \\\n name', labels: classNames });
const compiled = compileModel(bytes);

/** The expected arrays by the suffixes of their names. */
const ARRAYS: Record<Embedded, Record<string, Uint8Array>> = {
  model: { bdm: bytes },
  engine: { bdm: bytes, engine: await engineWasm('mvp') },
  module: { wasm: compiled.wasm },
};

/** Returns a program that prints the header's values and the arrays' bytes, and checks that arrays are aligned to 16. */
function program(header: string, suffixes: string[]): string {
  return `#include <stdint.h>
#include <stdio.h>
#include "${header}"

int main(void) {
  static const char *const names[NET_LOGITS] = {NET_CLASS_NAMES};
  fprintf(stderr, "%d %d", NET_INPUT_BYTES, NET_ENGINE_MEMORY_BYTES);
  for (int i = 0; i < NET_LOGITS; i++) fprintf(stderr, " %s", names[i]);
${suffixes
  .map(
    (
      suffix,
    ) => `  if (sizeof net_${suffix} != NET_${suffix.toUpperCase()}_BYTES || (uintptr_t)net_${suffix} % 16) return 1;
  fwrite(net_${suffix}, 1, sizeof net_${suffix}, stdout);
`,
  )
  .join('')}  return 0;
}
`;
}

/** Compiles and runs files, all in one folder. @returns the program's output */
function build(compiler: string, options: readonly string[], files: Record<string, string>) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const sources = Object.keys(files).filter((name) => name.endsWith('.c'));
  const compiledC = spawnSync(compiler, [...options, ...sources, '-o', 'program'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(compiledC.stderr).toBe('');
  expect(compiledC.status).toBe(0);
  const { status, stdout, stderr } = spawnSync(join(folder, 'program'), { maxBuffer: 1 << 24 });
  return { status, stdout: new Uint8Array(stdout), stderr: stderr.toString() };
}

const WARNINGS = ['-Wall', '-Wextra', '-Werror'];
const LANGUAGES: [string, string, string[]][] = [
  ['C', 'cc', ['-std=c11', ...WARNINGS]],
  ['C++', 'c++', ['-std=c++17', '-x', 'c++', ...WARNINGS]],
];

describe.each(LANGUAGES)('as %s', (_, compiler, options) => {
  test.for(Object.keys(ARRAYS) as Embedded[])('the arrays hold the %s, aligned', async (embed, context) => {
    requireCompiler(context, compiler);
    const { header, source, singleHeader } = await toCArrays(compiled, { name: 'net', embed });
    const suffixes = Object.keys(ARRAYS[embed]);
    const expected = {
      status: 0,
      stdout: new Uint8Array(Buffer.concat(Object.values(ARRAYS[embed]))),
      stderr: `${graph.input.height * graph.input.width * graph.input.channels} ${memoryRequirement(parseModel(bytes))} ${classNames.join(' ')}`,
    };
    const main = program('net.h', suffixes);
    const files = { 'main.c': main, 'net.h': header, 'net.c': source };
    expect(build(compiler, options, files)).toEqual(expected);
    expect(build(compiler, options, { 'main.c': main, 'net.h': singleHeader })).toEqual(expected);
  });
});

test('a network without class names has no macro for them', async () => {
  const { header } = await toCArrays(compileModel(smallNetwork().bytes), { name: 'net' });
  expect(header).toContain('NET_LOGITS');
  expect(header).not.toContain('CLASS_NAMES');
});

test('unknown array content is rejected', async () => {
  const made = toCArrays(compiled, { name: 'net', embed: 'modul' as Embedded });
  expect(await rejection(made)).toMatchObject({
    code: 'unknown-embed',
    received: 'modul',
    expected: EMBEDDED,
  });
});
