import { FileError } from '@bd-edge/sdk/internal';

/** WebAssembly that the linker cannot take apart: it is damaged, or has what the engine's parts never have. */
export class LinkError extends FileError {
  override readonly name = 'LinkError';

  constructor(what: string) {
    super(`The engine's parts cannot be linked: ${what}; install the package again.`);
  }
}
