/**
 * The errors that bd-edge throws on purpose. Every one has a stable `code` for programs, and a message of
 * one sentence for people: the problem, the value received, the value expected, the fix.
 *
 * Each class sets `name` itself, because bundlers shorten the names of classes.
 */
export abstract class BdEdgeError extends Error {
  override readonly name: string = 'BdEdgeError';
  /** Stable, in kebab case, such as `unknown-network`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

interface UsageDetails extends ErrorOptions {
  received?: unknown;
  expected?: string | readonly string[];
}

/** An argument, option or setting that cannot be used. */
export class UsageError extends BdEdgeError {
  override readonly name: string = 'UsageError';
  /** The value that was given. */
  readonly received?: unknown;
  /** The values that would have been accepted, or their description. */
  readonly expected?: string | readonly string[];

  constructor(code: string, message: string, details: UsageDetails = {}) {
    const { received, expected, cause } = details;
    super(code, message, cause === undefined ? undefined : { cause });
    this.received = received;
    this.expected = expected;
  }
}

/** A package or program that is not installed. */
export class MissingDependencyError extends UsageError {
  override readonly name: string = 'MissingDependencyError';

  constructor(
    /** The name of the package or program. */
    readonly dependency: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super('missing-dependency', message, { cause: options?.cause });
  }
}

interface FileDetails extends ErrorOptions {
  path?: string;
  field?: string;
}

/** A file that cannot be read or written, or content that is not valid. */
export class FileError extends BdEdgeError {
  override readonly name: string = 'FileError';
  /** The file or folder. */
  readonly path?: string;
  /** The field of the content that is not valid, such as `layers.2.filters`. */
  readonly field?: string;

  constructor(code: string, message: string, details: FileDetails = {}) {
    const { path, field, cause } = details;
    super(code, message, cause === undefined ? undefined : { cause });
    this.path = path;
    this.field = field;
  }
}

/** A WebAssembly engine, or a thread or worker that it runs in, that cannot start or no longer answers. */
export class EngineError extends FileError {
  override readonly name: string = 'EngineError';
}

interface ImageDetails extends FileDetails {
  received?: unknown;
  expected?: unknown;
}

/** An image whose pixels have the wrong size or type, or cannot be read. */
export class ImageError extends FileError {
  override readonly name: string = 'ImageError';
  /** The value that was given, such as the number of bytes or the type. */
  readonly received?: unknown;
  /** The value that would have been accepted, such as the number of bytes. */
  readonly expected?: unknown;

  constructor(code: string, message: string, details: ImageDetails = {}) {
    super(code, message, details);
    this.received = details.received;
    this.expected = details.expected;
  }
}

interface DeviceDetails extends ErrorOptions {
  port?: string;
}

/** A board, or the connection to it, that fails or refuses. */
export class DeviceError extends BdEdgeError {
  override readonly name: string = 'DeviceError';
  /** The address of the transport, such as `/dev/ttyUSB0`. */
  readonly port?: string;

  constructor(code: string, message: string, details: DeviceDetails = {}) {
    const { port, cause } = details;
    super(code, message, cause === undefined ? undefined : { cause });
    this.port = port;
  }
}

interface AbortDetails extends ErrorOptions {
  savedTo?: string;
}

/** The work was aborted by its signal or by Ctrl-C. */
export class AbortedError extends BdEdgeError {
  override readonly name: string = 'AbortedError';
  /** The folder or file that keeps the finished part. */
  readonly savedTo?: string;

  constructor(code: string, message: string, details: AbortDetails = {}) {
    const { savedTo, cause } = details;
    super(code, message, cause === undefined ? undefined : { cause });
    this.savedTo = savedTo;
  }
}
