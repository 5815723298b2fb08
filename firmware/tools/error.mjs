/** A failure that the person can do something about; its message is all they see. */
export class FirmwareError extends Error {}
