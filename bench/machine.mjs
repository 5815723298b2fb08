/** Describes the machine and the versions of programs. */
import { createRequire } from 'node:module';
import { cpus, loadavg, release, type } from 'node:os';

/**
 * @param {string} [compiler] the first line of its version
 * @returns {{ processor: string, system: string, versions: string[], load: string }}
 */
export function machine(compiler) {
  return {
    processor: `${cpus().length} x ${cpus()[0]?.model.trim()}`,
    system: `${type()} ${release()}`,
    versions: [
      `Node ${process.versions.node}, V8 ${process.versions.v8}`,
      ...['@tensorflow/tfjs-core', 'onnxruntime-web', 'onnxruntime-node'].flatMap(version),
      ...(compiler ? [compiler] : []),
    ],
    load: `load average ${loadavg()[0].toFixed(1)}`,
  };
}

/** Returns the version of a peer, or nothing if it is not installed. */
function version(name) {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  for (const folder of folders) {
    try {
      return [`${name} ${createRequire(import.meta.url)(`${folder}/${name}/package.json`).version}`];
    } catch {
      // Not in this folder.
    }
  }
  return [];
}
