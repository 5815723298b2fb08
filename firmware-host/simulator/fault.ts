/** Thrown inside the simulated board when it rejects a request; sent as an ERROR. */
export class Fault extends Error {
  constructor(
    /** One of the `ERROR_*` codes of firmware-host/link/protocol.ts. */
    readonly code: number,
    readonly detail = 0,
    /** A message for people. */
    readonly reason = '',
  ) {
    super(`fault ${code}, detail ${detail}`);
  }
}
