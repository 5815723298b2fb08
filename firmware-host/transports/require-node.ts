import { type NodeModules, nodeModule } from '@bd-edge/sdk/internal';
import { MissingPartError } from './errors.js';

/**
 * One of Node's own modules, for what only Node, Deno and Bun can do.
 *
 * @param what needs it, at the start of a sentence: "TCP"
 * @throws {MissingPartError} elsewhere
 */
export function requireNode<Name extends keyof NodeModules>(name: Name, what: string): NodeModules[Name] {
  const found = nodeModule(name);
  if (found !== undefined) return found;
  throw new MissingPartError(`${what} needs ${name}, which is not here; run this in Node, Deno or Bun.`);
}
