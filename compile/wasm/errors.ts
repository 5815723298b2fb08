import { FileError } from '@bd-edge/sdk/internal';

/** Returns the error for engine parts that the linker cannot read: damaged, or with features that they never have. */
export function invalidParts(problem: string): FileError {
  return new FileError(
    'invalid-engine-parts',
    `The engine parts of @bd-edge/compile are invalid: ${problem}; reinstall the package.`,
  );
}
