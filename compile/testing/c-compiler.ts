import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, type TestContext } from 'vitest';

const SANITIZERS = ['-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
export const WARNINGS = ['-Wall', '-Wextra', '-Werror', '-Wconversion', '-Wcast-align'];
export const C99 = ['-std=c99', ...WARNINGS, ...SANITIZERS];
export const C11 = ['-std=c11', '-Wall', '-Wextra', '-Werror', ...SANITIZERS];
export const CXX = ['-std=c++17', ...WARNINGS, ...SANITIZERS];

/** Skips a test that needs a compiler if it is missing; fails it in continuous integration. */
export function requireCompiler(context: TestContext, compiler = 'cc'): void {
  if (spawnSync(compiler, ['--version']).status === 0) return;
  const advice = `no C compiler \`${compiler}\` was found`;
  if (process.env.CI === 'true') throw new Error(advice);
  context.skip(advice);
}

/** A temporary folder with C sources. */
export class CFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'bd-edge-c-'));

  constructor() {
    afterAll(() => rmSync(this.path, { recursive: true, force: true }));
  }

  /** Writes a file. Its folder is created. */
  write(name: string, text: string): void {
    mkdirSync(dirname(join(this.path, name)), { recursive: true });
    writeFileSync(join(this.path, name), text);
  }

  /** Writes NAME.c and NAME.h. */
  writeCode(name: string, { header, source }: { header: string; source: string }): void {
    this.write(`${name}.h`, header);
    this.write(`${name}.c`, source);
  }

  /** Compiles a source without a warning. @returns the object's path */
  compile(compiler: string, options: readonly string[], source: string): string {
    const object = join(this.path, source.replace(/\.\w+$/, '.o'));
    const args = [...options, '-c', '-o', object, source];
    const { status, stderr } = spawnSync(compiler, args, { cwd: this.path, encoding: 'utf8' });
    expect({ source, options, status, stderr }).toEqual({ source, options, status: 0, stderr: '' });
    return object;
  }

  /** Links objects that were compiled with sanitizers, and runs the program. @returns its output */
  run(objects: readonly string[], input?: Uint8Array): string {
    return this.runBytes(objects, input).toString();
  }

  /** Does the same. @returns the bytes of its output */
  runBytes(objects: readonly string[], input?: Uint8Array): Buffer {
    const program = join(this.path, 'program');
    const linked = spawnSync('c++', [...SANITIZERS, '-o', program, ...objects], { encoding: 'utf8' });
    expect({ status: linked.status, stderr: linked.stderr }).toEqual({ status: 0, stderr: '' });
    const { status, stdout, stderr } = spawnSync(program, { input, maxBuffer: 1 << 24 });
    expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' });
    return stdout;
  }
}

/** Returns the numbers of a program's output. */
export function numbersIn(output: string): number[] {
  return output.split(/\s+/).filter(Boolean).map(Number);
}
