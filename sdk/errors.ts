/**
 * The root of every error that `bd-edge` throws on purpose.
 *
 * A message is one sentence that says what was received and what to do about it, fit to be shown to a person as
 * it stands. Callers tell errors apart by class (`instanceof`), or by `name` across package copies.
 */
export abstract class BdEdgeError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
