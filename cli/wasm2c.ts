import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { WABT_VERSION, type Wasm2cOutput } from '@bd-edge/compile';
import { UsageError } from '@bd-edge/sdk/internal';

class WabtMissingError extends UsageError {}

/**
 * Runs wasm2c of the npm package wabt, which is WebAssembly itself and needs no compiler.
 *
 * @throws {UsageError} naming what to install
 */
export async function wasm2c(wasm: Uint8Array, name: string): Promise<Wasm2cOutput> {
  const program = findProgram();
  const folder = await mkdtemp(join(tmpdir(), 'bd-edge-wasm2c-'));
  try {
    const at = (ending: string) => join(folder, `${name}.${ending}`);
    await writeFile(at('wasm'), wasm);
    await promisify(execFile)(process.execPath, [program, at('wasm'), '-n', name, '-o', at('c')]);
    const [header, source] = await Promise.all(['h', 'c'].map((ending) => readFile(at(ending), 'utf8')));
    return { header, source };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function findProgram(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('wabt/package.json')), 'bin', 'wasm2c');
  } catch (cause) {
    throw new WabtMissingError(
      `C is made by wasm2c of the package wabt, which is not installed; run \`npm install wabt@${WABT_VERSION}\`.`,
      { cause },
    );
  }
}
