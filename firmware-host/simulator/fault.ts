/** Thrown inside the board where it refuses a request; goes out as an ERROR. */
export class Fault extends Error {
  constructor(
    /** One of the `ERROR_*` codes of firmware-host/link/protocol.ts. */
    readonly code: number,
    readonly detail = 0,
  ) {
    super(`fault ${code}, detail ${detail}`);
  }
}
