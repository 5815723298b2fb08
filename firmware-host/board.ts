import { UsageError } from '@bd-edge/sdk/internal';
import { type CheckOptions, type CheckReport, check } from './check/check.js';
import { BoardClient, type ConnectOptions, type Inference, type Profile } from './client/board-client.js';
import { type DeployOptions, type DeployReport, deploy } from './deploy/deploy.js';
import type { BoardInfo } from './link/messages.js';
import { type OpenPortOptions, openPort } from './open-port.js';
import type { Transport } from './transports/transport.js';

export interface BoardOptions extends ConnectOptions, OpenPortOptions {}

export interface BoardCheckOptions extends CheckOptions {
  /** The `.bdm` that is active on the board. Default: the model of the last {@link Board.deploy} */
  model?: Uint8Array;
}

/**
 * Connects to a board.
 *
 * ```js
 * await using board = await connectBoard('/dev/ttyUSB0');
 * await board.deploy(await readFile('model.bdm'));
 * const { classIndex } = await board.infer(image);
 * ```
 *
 * @param port an address as for {@link openPort}, such as `/dev/ttyUSB0`, `COM3`, `socket://host:port` or `sim:`; or an
 *   open transport, for example from {@link requestWebSerial}, which the board then closes
 * @throws {UsageError} `invalid-port`
 * @throws {DeviceError} if the port does not open, or the board does not respond
 */
export async function connectBoard(port: string | Transport, options: BoardOptions = {}): Promise<Board> {
  const transport = typeof port === 'string' ? await openPort(port, options) : port;
  return new Board(await BoardClient.connect(transport, options), transport.closed);
}

/** A connected board. Create it with {@link connectBoard}. */
export class Board {
  private deployed?: Uint8Array;

  /** @internal */
  constructor(
    private readonly client: BoardClient,
    /** Fulfilled when the connection has ended: with the reason, or with undefined after `close`. Never rejected. */
    readonly closed: Promise<Error | undefined>,
  ) {}

  /** The address of the port. */
  get port(): string {
    return this.client.port;
  }

  /** The board's latest description of itself. */
  get info(): BoardInfo {
    return this.client.info;
  }

  /**
   * Uploads the engine and a model, and activates them. Bytes that the board already has are not sent again, and
   * interrupted uploads resume. After any failure the board keeps its previous model.
   *
   * @param model a `.bdm` file
   * @throws {ModelError} if the model is not valid
   * @throws {DeviceError} `not-enough-memory`, `incompatible-engine` or `engine-built-in`, before anything is sent
   * @throws {BoardError} if the board rejects a part or cannot load it
   */
  async deploy(model: Uint8Array, options: DeployOptions = {}): Promise<DeployReport> {
    const report = await deploy(this.client, model, options);
    this.deployed = model;
    return report;
  }

  /**
   * Runs images on the board and compares every logit with the host's own calculation.
   *
   * @param images raw pixels, each image as long as the model's input
   * @throws {UsageError} `missing-model` if no model was deployed and `options.model` is missing
   * @throws {DeviceError} `wrong-model` or `no-active-model` if the board has another model or none
   * @throws {ImageError} if an image has the wrong size
   */
  async check(images: ArrayLike<Uint8Array>, options: BoardCheckOptions = {}): Promise<CheckReport> {
    const model = options.model ?? this.deployed;
    if (model === undefined) {
      throw new UsageError(
        'missing-model',
        'No model was deployed on this connection; deploy one first, or pass the active one as `model`.',
      );
    }
    return check(this.client, model, images, options);
  }

  /**
   * Runs the active model on one image. Several calls may be in progress.
   *
   * @param image the bytes of the model's input, channels last
   * @throws {BoardError} if no model is active or the image is too long
   * @throws {FileError} `image-too-short`
   */
  infer(image: Uint8Array, options: { signal?: AbortSignal } = {}): Promise<Inference> {
    return this.client.infer(image, options.signal);
  }

  /**
   * Runs the active model on one image, op by op, and measures time and memory.
   *
   * @throws as {@link infer}
   */
  profile(image: Uint8Array, options: { signal?: AbortSignal } = {}): Promise<Profile> {
    return this.client.profile(image, options.signal);
  }

  /** Closes the connection. May be called twice. */
  close(): Promise<void> {
    return this.client.close();
  }

  /** Closes the connection at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
