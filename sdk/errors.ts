/**
 * The root of every error that `bd-edge` throws on purpose.
 *
 * A message is one sentence that says what was received and what to do about it, fit to be shown to a person as
 * it stands. Callers tell errors apart by class (`instanceof`), or by `name` across package copies. What is exported sets
 * its `name` itself, since bundlers shorten the names of classes.
 */
export abstract class BdEdgeError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** What was asked for cannot be had: a name that does not exist, a value out of range, a part that is not installed. */
export abstract class UsageError extends BdEdgeError {}

/** A file that cannot be read, or bytes that are not what they should be. */
export abstract class FileError extends BdEdgeError {}

/** A board, or the line to it, does not do what it should. */
export abstract class DeviceError extends BdEdgeError {}

/** Somebody asked to stop; what was done so far is kept where the message says. */
export abstract class InterruptedError extends BdEdgeError {}
