export interface NodeModules {
  'node:child_process': typeof import('node:child_process');
  'node:fs': typeof import('node:fs');
  'node:module': typeof import('node:module');
  'node:net': typeof import('node:net');
  'node:os': typeof import('node:os');
  'node:path': typeof import('node:path');
  'node:readline': typeof import('node:readline');
  'node:url': typeof import('node:url');
  'node:worker_threads': typeof import('node:worker_threads');
}

/**
 * One of Node's own modules, where there are any: in Node, Deno and Bun. It is not imported, because a bundler for
 * browsers stumbles over the import, even of what is never called there.
 */
export function nodeModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  return globalThis.process?.getBuiltinModule?.(name) as NodeModules[Name] | undefined;
}
