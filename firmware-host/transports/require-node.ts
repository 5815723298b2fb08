import { MissingDependencyError, type NodeModules, nodeModule } from '@bd-edge/sdk/internal';

/**
 * Returns a module of Node, for functions that need Node, Deno or Bun.
 *
 * @param feature the subject of the error message, in the singular: "TCP"
 * @throws {MissingDependencyError} in other runtimes
 */
export function requireNode<Name extends keyof NodeModules>(name: Name, feature: string): NodeModules[Name] {
  const found = nodeModule(name);
  if (found !== undefined) return found;
  throw new MissingDependencyError(
    name,
    `${feature} needs ${name}, which this runtime does not have; use Node, Deno or Bun.`,
  );
}
