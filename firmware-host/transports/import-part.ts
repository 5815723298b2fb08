import { MissingDependencyError } from '@bd-edge/sdk/internal';

/**
 * Imports a package that only some functions need, and that does not load everywhere.
 *
 * @param feature the subject of the error message, in the plural: "Serial ports"
 * @throws {MissingDependencyError} if the package is not installed, or does not load on this machine
 */
export async function importPart<Module>(name: string, feature: string): Promise<Module> {
  try {
    // A variable name, since bundlers would search for the package and fail where it is not used.
    return await import(/* webpackIgnore: true */ /* @vite-ignore */ name);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const absent = new RegExp(`cannot (find|resolve).*["']${name}["']`, 'is').test(reason);
    throw new MissingDependencyError(
      name,
      absent
        ? `${feature} need the package ${name}, which is not installed; install @bd-edge/host with its dependencies.`
        : `${feature} need the package ${name}, which does not load: ${reason.split('\n')[0].replace(/\.$/, '')}.`,
      { cause },
    );
  }
}
