import { MissingPartError } from './errors.js';

/**
 * An optional package, for what only it can do.
 *
 * @param what needs it, at the start of a sentence: "Serial ports"
 * @throws {MissingPartError} where it is not installed, or does not load on this machine
 */
export async function importPart<Module>(name: string, what: string): Promise<Module> {
  try {
    // Not by a plain name: bundlers would look for the package, and fail where nobody asks for it.
    return await import(/* webpackIgnore: true */ /* @vite-ignore */ name);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const absent = new RegExp(`cannot (find|resolve).*["']${name}["']`, 'is').test(reason);
    throw new MissingPartError(
      absent
        ? `${what} need the package ${name}, which is not installed; run \`npm install ${name}\`.`
        : `${what} need the package ${name}, which does not load: ${reason.split('\n')[0].replace(/\.$/, '')}.`,
      { cause },
    );
  }
}
