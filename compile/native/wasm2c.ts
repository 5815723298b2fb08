import { MissingDependencyError, nodeModule } from '@bd-edge/sdk/internal';
import { WABT_VERSION, type Wasm2cOutput } from './module-code.js';

/**
 * Runs wasm2c of the package wabt in a Node process. wasm2c is WebAssembly itself and needs no compiler.
 *
 * @param name the module's name, a part of every identifier in the C
 * @throws {MissingDependencyError} outside of Node, or if wabt is not installed
 */
export async function wasm2c(wasm: Uint8Array, name: string): Promise<Wasm2cOutput> {
  const [process, fs, os, path] = [
    nodeModule('node:child_process'),
    nodeModule('node:fs'),
    nodeModule('node:os'),
    nodeModule('node:path'),
  ];
  if (!process || !fs || !os || !path)
    throw new MissingDependencyError('node', 'C code is generated in Node only; run bd-edge compile there.');
  const program = findProgram();
  const folder = await fs.promises.mkdtemp(path.join(os.tmpdir(), 'bd-edge-wasm2c-'));
  try {
    const at = (ending: string) => path.join(folder, `${name}.${ending}`);
    await fs.promises.writeFile(at('wasm'), wasm);
    await new Promise<void>((resolve, reject) => {
      const args = [program, at('wasm'), '-n', name, '-o', at('c')];
      process.execFile(globalThis.process.execPath, args, (error) => (error ? reject(error) : resolve()));
    });
    const [header, source] = await Promise.all(
      ['h', 'c'].map((ending) => fs.promises.readFile(at(ending), 'utf8')),
    );
    return { header, source };
  } finally {
    await fs.promises.rm(folder, { recursive: true, force: true });
  }
}

function findProgram(): string {
  const [module, path] = [nodeModule('node:module'), nodeModule('node:path')];
  try {
    const manifest = module?.createRequire(import.meta.url).resolve('wabt/package.json') as string;
    return path?.join(path.dirname(manifest), 'bin', 'wasm2c') as string;
  } catch (cause) {
    throw new MissingDependencyError(
      'wabt',
      `wabt ${WABT_VERSION} is not installed; reinstall @bd-edge/compile, which depends on it.`,
      { cause },
    );
  }
}
