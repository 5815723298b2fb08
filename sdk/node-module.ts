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
 * Returns one of Node's own modules in Node, Deno and Bun; elsewhere undefined. An import statement would
 * break bundlers for browsers, even in code that never runs there.
 */
export function nodeModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  return globalThis.process?.getBuiltinModule?.(name) as NodeModules[Name] | undefined;
}
