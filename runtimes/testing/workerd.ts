import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { build } from 'esbuild';

const WORKERD = join(import.meta.dirname, '..', 'node_modules', '.bin', 'workerd');

/** A running worker. */
export interface Worker {
  /** Its address, `http://127.0.0.1:port`. */
  url: string;
  stop(): Promise<void>;
}

/** Bundles a worker as wrangler does, wasm as modules of their own, and starts it on a free port. */
export async function startWorker(entry: string, folder: string): Promise<Worker> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    loader: { '.wasm': 'copy', '.bdm': 'copy' },
    outfile: join(folder, 'bundle.js'),
    write: false,
  });
  const modules = outputFiles.map(({ path, contents }) => {
    writeFileSync(path, contents);
    const name = basename(path);
    const kind = { js: 'esModule', wasm: 'wasm', bdm: 'data' }[name.split('.').at(-1) as 'js'];
    return { name, module: `(name = "${name}", ${kind} = embed "${name}")` };
  });
  // workerd runs the first module.
  modules.sort((a, b) => Number(b.name === 'bundle.js') - Number(a.name === 'bundle.js'));
  const config = join(folder, 'workerd.capnp');
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [${modules.map(({ module }) => module).join(', ')}],
    compatibilityDate = "2026-01-01",
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`,
  );
  const child = spawn(WORKERD, ['serve', config, '--control-fd=3'], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  return {
    url: `http://127.0.0.1:${await listeningPort(child)}`,
    async stop() {
      child.kill();
      await exited;
    },
  };
}

/** Reads from workerd's control stream where it listens. */
function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`workerd ended with ${code}; its output is above.`)));
    createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
      const { event, port } = JSON.parse(line);
      if (event === 'listen') resolve(port);
    });
  });
}
