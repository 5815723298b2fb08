import { ENGINE_ABI, memoryRequirement, memoryWithoutWeights, parseModel } from '@bd-edge/sdk';
import type { BoardClient } from '../client/board-client.js';
import { digestHex, digestOf, sameDigest } from '../link/digest.js';
import type { Welcome } from '../link/messages.js';
import { SLOT_ENGINE, SLOT_MODEL } from '../link/protocol.js';
import { activePath, bestPath, engineOf, hasBuiltInEngine } from './engine-path.js';
import {
  BuiltInEngineError,
  DeployError,
  EngineAbiError,
  InvalidEngineError,
  NotEnoughMemoryError,
} from './errors.js';
import { upload } from './upload.js';

/** One of the two parts of a deployment, on its way. */
export interface DeployProgress {
  part: 'engine' | 'model';
  /** Bytes that the board has. */
  offset: number;
  /** Bytes of the part. */
  total: number;
}

export interface DeployOptions {
  client: BoardClient;
  /** A `.bdm` file. */
  model: Uint8Array;
  /** The engine's wasm. Default: of those that ship with the package, the fastest that the board can run. */
  engine?: Uint8Array;
  onProgress?: (progress: DeployProgress) => void;
  signal?: AbortSignal;
}

/** What became of one part. */
export interface PartReport {
  /** SHA-256, hexadecimal */
  digest: string;
  bytes: number;
  /** Of them, those that were sent; more than `bytes - bytesSkipped` if the board went back. */
  bytesSent: number;
  /** Of them, those that the board had already, from an earlier or an interrupted upload. */
  bytesSkipped: number;
}

export interface DeployReport {
  engine: PartReport;
  model: PartReport;
  /** Of both parts. */
  bytesSent: number;
  bytesSkipped: number;
  /** SHA-256 of the model that is now active, hexadecimal. */
  digest: string;
  /** What the board says of itself afterwards. */
  welcome: Welcome;
}

/**
 * Brings an engine and a model to a board and makes them the active pair, which they then stay, also after a reset.
 *
 * What the board has already is not sent again; an upload that was interrupted goes on where it stopped. Until the
 * very end, and whenever anything fails, the board goes on with the pair that it had.
 *
 * @throws {ModelError} if the model is not valid
 * @throws {InvalidEngineError} where `engine` is no WebAssembly module
 * @throws {NotEnoughMemoryError | EngineAbiError | BuiltInEngineError} before anything is sent
 * @throws {BoardError} if the board refuses a part, or the pair does not load there
 * @throws {NoAnswerError | NonsenseError | LineLostError} if the line or the board fails on the way
 */
export async function deploy(options: DeployOptions): Promise<DeployReport> {
  const { client, model, signal } = options;
  const parsed = parseModel(model);
  if (options.engine && !isModule(options.engine)) throw new InvalidEngineError(options.engine);
  const before = await client.hello(signal);
  if (options.engine !== undefined && hasBuiltInEngine(before))
    throw new BuiltInEngineError(before.engineDigest);
  const engine = await engineFor(options, before);
  const needed = memoryRequirement(parsed);
  const path = await activePath({ engineDigest: engine.digest, interpreter: before.interpreter });
  const leavesWeights = path === 'native kernels' || path === 'compiled';
  const least = leavesWeights ? memoryWithoutWeights(parsed) : undefined;
  if (Math.min(needed, least ?? needed) > before.ramBytes) {
    throw new NotEnoughMemoryError(needed, before.ramBytes, least);
  }
  if (options.engine === undefined && before.engineAbi !== ENGINE_ABI) {
    throw new EngineAbiError(before.engineAbi, ENGINE_ABI);
  }
  const modelDigest = digestOf(model);
  const parts = {
    engine: await deployEngine(options, engine),
    model: await deployPart(options, 'model', model, modelDigest),
  };
  await client.activate(engine.digest, modelDigest, signal);
  const welcome = await client.hello(signal);
  if (!sameDigest(welcome.engineDigest, engine.digest) || !sameDigest(welcome.modelDigest, modelDigest)) {
    throw new DeployError(
      `The board activated ${digestHex(modelDigest)} but says that ${digestHex(welcome.modelDigest)} is active; ` +
        'update its firmware.',
    );
  }
  return {
    ...parts,
    bytesSent: parts.engine.bytesSent + parts.model.bytesSent,
    bytesSkipped: parts.engine.bytesSkipped + parts.model.bytesSkipped,
    digest: parts.model.digest,
    welcome,
  };
}

/** Whether it begins as a module of WebAssembly 1.0; a board finds the rest. */
const isModule = (bytes: Uint8Array) =>
  [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00].every((byte, i) => bytes[i] === byte);

/** An engine that a board is to run; without bytes, the one that is built into its firmware. */
interface Engine {
  digest: Uint8Array;
  bytes?: Uint8Array;
}

async function engineFor(options: DeployOptions, welcome: Welcome): Promise<Engine> {
  if (hasBuiltInEngine(welcome)) return { digest: welcome.engineDigest };
  const bytes = options.engine ?? (await engineOf(bestPath(welcome)));
  return { digest: digestOf(bytes), bytes };
}

/** Sends an engine, unless it is built in: of that there is nothing to send. */
async function deployEngine(options: DeployOptions, { digest, bytes }: Engine): Promise<PartReport> {
  if (bytes) return deployPart(options, 'engine', bytes, digest);
  return { digest: digestHex(digest), bytes: 0, bytesSent: 0, bytesSkipped: 0 };
}

async function deployPart(
  { client, onProgress, signal }: DeployOptions,
  part: 'engine' | 'model',
  bytes: Uint8Array,
  digest: Uint8Array,
): Promise<PartReport> {
  const slot = part === 'engine' ? SLOT_ENGINE : SLOT_MODEL;
  let bytesSent = 0;
  let bytesSkipped: number | undefined;
  const onSend = (count: number) => {
    bytesSent += count;
  };
  for await (const offset of upload(client, { slot, bytes, digest, onSend, signal })) {
    bytesSkipped ??= offset;
    onProgress?.({ part, offset, total: bytes.length });
  }
  return { digest: digestHex(digest), bytes: bytes.length, bytesSent, bytesSkipped: bytesSkipped ?? 0 };
}
