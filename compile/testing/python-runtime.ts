import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';

export type PythonRuntime = 'wasmtime' | 'wasm3';

export interface Job {
  wasm: Uint8Array;
  images: Uint8Array[];
}

/** The folder into which `npm run setup:runtimes` installs the runtimes. */
export const runtimesFolder = fileURLToPath(new URL('../../build/runtimes', import.meta.url));
const SCRIPT = fileURLToPath(new URL('run_images.py', import.meta.url));

/** Skips a test if the runtimes are not installed; fails it in continuous integration. */
export function requireRuntimes(context: TestContext): void {
  if (existsSync(join(runtimesFolder, 'installed.txt'))) return;
  const advice = 'wasmtime and wasm3 are not installed; run `npm run setup:runtimes`';
  if (process.env.CI === 'true') throw new Error(advice);
  context.skip(advice);
}

/** Runs the images of each job in a runtime. @param folder for the modules' files */
export function runInPython(
  runtime: PythonRuntime,
  jobs: Job[],
  folder: string,
): { classIndex: number; logits: number[] }[][] {
  const input = jobs.map(({ wasm, images }, job) => {
    const path = join(folder, `${job}.wasm`);
    writeFileSync(path, wasm);
    return { wasm: path, images: images.map((image) => Buffer.from(image).toString('base64')) };
  });
  const python = process.platform === 'win32' ? 'python' : 'python3';
  const { status, stdout, stderr } = spawnSync(python, [SCRIPT, runtime], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: runtimesFolder },
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${runtime} failed: ${stderr}`);
  return JSON.parse(stdout);
}
