import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineWasm, memoryRequirement, parseModel } from '@bd-edge/sdk/internal';
import { afterAll, describe, expect, type TestContext, test } from 'vitest';
import { type Embedded, toC } from './c-source.js';
import { compileModel } from './compile.js';
import { CompileError } from './errors.js';
import { smallNetwork } from './testing/network.js';

const folder = mkdtempSync(join(tmpdir(), 'bd-edge-c-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Skips where a compiler is missing; fails in continuous integration. */
function requireCompiler(context: TestContext, compiler: string): void {
  if (spawnSync(compiler, ['--version']).error === undefined) return;
  const advice = `${compiler} is not installed; run \`apt-get install build-essential\``;
  if (process.env.CI === 'true') throw new Error(advice);
  context.skip(advice);
}

const HOSTILE = ['"; */ 5', 'größe 9', '??/', 'two\nlines', '\\', '%s', '\x1b[2J'];
const { tensors, nodes } = parseModel(smallNetwork().bytes);
const { height, width, channels } = tensors[nodes.length];
const labels = Array.from({ length: height * width * channels }, (_, i) => HOSTILE[i % HOSTILE.length]);
const { bytes, graph } = smallNetwork({ name: 'a */ hostile \\\n name', labels });
const compiled = compileModel(bytes);

/** The arrays that there should be, by the ends of their names. */
const ARRAYS: Record<Embedded, Record<string, Uint8Array>> = {
  model: { bdm: bytes },
  engine: { bdm: bytes, engine: await engineWasm('mvp') },
  module: { wasm: compiled.wasm },
};

/** A program that prints what the header says, and whether arrays start at multiples of 16; then the arrays' bytes. */
function program(header: string, suffixes: string[]): string {
  return `#include <stdint.h>
#include <stdio.h>
#include "${header}"

int main(void) {
  static const char *const labels[NET_LOGITS] = {NET_LABELS};
  fprintf(stderr, "%d %d", NET_INPUT_BYTES, NET_ENGINE_MEMORY_BYTES);
  for (int i = 0; i < NET_LOGITS; i++) fprintf(stderr, " %s", labels[i]);
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

/** Compiles and runs files, all in one folder. @returns what the program said */
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
    const { header, source, alone } = await toC(compiled, bytes, { name: 'net', embed });
    const suffixes = Object.keys(ARRAYS[embed]);
    const expected = {
      status: 0,
      stdout: new Uint8Array(Buffer.concat(Object.values(ARRAYS[embed]))),
      stderr: `${graph.input.height * graph.input.width * graph.input.channels} ${memoryRequirement(parseModel(bytes))} ${labels.join(' ')}`,
    };
    const main = program('net.h', suffixes);
    const files = { 'main.c': main, 'net.h': header, 'net.c': source('net.h') };
    expect(build(compiler, options, files)).toEqual(expected);
    expect(build(compiler, options, { 'main.c': main, 'net.h': alone })).toEqual(expected);
  });
});

test('a network without labels has no macro for them', async () => {
  const { header } = await toC(compileModel(smallNetwork().bytes), bytes, { name: 'net' });
  expect(header).toContain('NET_LOGITS');
  expect(header).not.toContain('LABELS');
});

test('what cannot be embedded is refused with what can', async () => {
  const made = toC(compiled, bytes, { name: 'net', embed: 'modul' as Embedded });
  await expect(made).rejects.toThrow(CompileError);
  await expect(made).rejects.toThrow('no "modul" to embed; give one of model, engine, module');
});
