import {
  DeviceError,
  ENGINE_ABI,
  EngineError,
  memoryRequirement,
  memoryWithoutWeights,
  parseModel,
} from '@bd-edge/sdk/internal';
import type { BoardClient } from '../client/board-client.js';
import { modelShape } from '../client/model-shape.js';
import { type ScratchReport, scratchReport } from '../cost/scratch.js';
import { reasonAgainst } from '../engine/validate-engine.js';
import { InvalidResponseError } from '../errors.js';
import { digestHex, digestOf, sameDigest } from '../link/digest.js';
import type { BoardInfo } from '../link/messages.js';
import { SLOT_ENGINE, SLOT_MODEL } from '../link/protocol.js';
import {
  type AcceptedEngines,
  acceptedEngines,
  activePath,
  bestPath,
  engineOf,
  hasBuiltInEngine,
} from './engine-path.js';
import { upload } from './upload.js';

/** The progress of one of the two parts of a deployment. */
export interface DeployProgress {
  part: 'engine' | 'model';
  /** Bytes that the board has. */
  offset: number;
  /** Bytes of the part. */
  total: number;
}

export interface DeployOptions {
  /** The engine's wasm. Default: the fastest engine of this package that the board can run. */
  engine?: Uint8Array;
  onProgress?: (progress: DeployProgress) => void;
  signal?: AbortSignal;
}

/** The result for one part. */
export interface PartReport {
  /** SHA-256, hexadecimal */
  digest: string;
  bytes: number;
  /** Bytes that were sent; more than `bytes - bytesSkipped` if the board went back to an earlier offset. */
  bytesSent: number;
  /** Bytes that the board already had from an earlier or interrupted upload. */
  bytesSkipped: number;
}

export interface DeployReport {
  engine: PartReport;
  model: PartReport;
  /** The sums over both parts. */
  bytesSent: number;
  bytesSkipped: number;
  /** SHA-256 of the active model, hexadecimal. */
  digest: string;
  acceptedEngines: AcceptedEngines;
  /** The memory that is left for kernels; undefined without native kernels. */
  scratch?: ScratchReport;
  /** The board's description of itself after the deployment. */
  info: BoardInfo;
}

/**
 * Uploads an engine and a model to a board and activates them. They stay active after a reset.
 *
 * Bytes that the board already has are not sent again, and interrupted uploads resume. Until the activation, and after
 * any failure, the board keeps its previous pair.
 *
 * @param model a `.bdm` file
 * @throws {ModelError} if the model is not valid
 * @throws {EngineError} `invalid-engine` if `engine` is not in the subset of WebAssembly that boards accept
 * @throws {DeviceError} `not-enough-memory` if the model does not fit with the least scratch memory of its ops, `incompatible-engine` or `engine-built-in`, before anything is sent
 * @throws {BoardError} `unknown-engine` if the board accepts only engines that its firmware knows, before anything is sent
 * @throws {BoardError} if the board rejects a part or cannot load the pair
 * @throws {DeviceError} if the board does not respond, see {@link BoardClient.connect}
 */
export async function deploy(
  client: BoardClient,
  model: Uint8Array,
  options: DeployOptions = {},
): Promise<DeployReport> {
  const { signal } = options;
  const parsed = parseModel(model);
  if (options.engine) requireValid(options.engine);
  const before = await client.hello(signal);
  const engine = await engineFor(client, before, options.engine);
  const path = await activePath({ engineDigest: engine.digest, interpreter: before.interpreter });
  const leavesWeights = path === 'native kernels' || path === 'compiled';
  const needed = memoryRequirement(parsed, leavesWeights ? 'board' : 'mvp');
  requireMemory(
    client.port,
    before.ramBytes,
    needed,
    leavesWeights ? memoryWithoutWeights(parsed) : undefined,
  );
  if (options.engine === undefined) requireAbi(client.port, before);
  const modelDigest = digestOf(model);
  const parts = {
    engine: await deployEngine(client, engine, options),
    model: await deployPart(client, 'model', model, modelDigest, options),
  };
  await client.activate(engine.digest, modelDigest, signal);
  const info = await client.hello(signal);
  if (!sameDigest(info.engineDigest, engine.digest) || !sameDigest(info.modelDigest, modelDigest)) {
    throw new InvalidResponseError(
      client.port,
      `the board confirmed the activation of ${digestHex(modelDigest)}, but ${digestHex(info.modelDigest)} is active`,
    );
  }
  client.expectModel(modelShape(model));
  return {
    ...parts,
    bytesSent: parts.engine.bytesSent + parts.model.bytesSent,
    bytesSkipped: parts.engine.bytesSkipped + parts.model.bytesSkipped,
    digest: parts.model.digest,
    acceptedEngines: acceptedEngines(info),
    ...(leavesWeights && {
      scratch: scratchReport(parsed, info.ramBytes, info.weightsInPlace !== 0, info.board),
    }),
    info,
  };
}

/** Checks an engine as the board does. */
function requireValid(engine: Uint8Array): void {
  const reason = reasonAgainst(engine);
  if (reason === undefined) return;
  throw new EngineError(
    'invalid-engine',
    `Boards do not accept this engine of ${engine.length} bytes (${reason}); omit it to use the engine that fits the board, ` +
      'or see docs/link.md for what engines may contain.',
  );
}

/** Checks the memory before anything is sent. @param leavingWeights bytes needed if the weights stay in flash */
function requireMemory(port: string, available: number, needed: number, leavingWeights?: number): void {
  const min = Math.min(needed, leavingWeights ?? needed);
  if (min <= available) return;
  const or = leavingWeights === undefined ? '' : ` (${leavingWeights} with its weights in flash)`;
  throw new DeviceError(
    'not-enough-memory',
    `The model needs ${needed} bytes of memory${or}; the board has ${available}, which is ${min - available} too few. ` +
      'Export a smaller network or use a larger board.',
    { port },
  );
}

function requireAbi(port: string, { engineAbi }: BoardInfo): void {
  if (engineAbi === ENGINE_ABI) return;
  throw new DeviceError(
    'incompatible-engine',
    `The board's firmware supports engines of version ${engineAbi}; this release has version ${ENGINE_ABI}. ` +
      'Update the firmware, or pass an engine of its version.',
    { port },
  );
}

/** An engine for a board; without bytes, the one that is built into its firmware. */
interface Engine {
  digest: Uint8Array;
  bytes?: Uint8Array;
}

async function engineFor(
  { port }: BoardClient,
  info: BoardInfo,
  chosen: Uint8Array | undefined,
): Promise<Engine> {
  if (hasBuiltInEngine(info)) {
    if (chosen === undefined) return { digest: info.engineDigest };
    throw new DeviceError(
      'engine-built-in',
      `The board's firmware contains its engine (${digestHex(info.engineDigest).slice(0, 12)}) and accepts no other. ` +
        'Omit the engine, or flash firmware with the interpreter.',
      { port },
    );
  }
  const bytes = chosen ?? (await engineOf(bestPath(info)));
  return { digest: digestOf(bytes), bytes };
}

/** Sends an engine, unless it is built into the firmware. */
async function deployEngine(
  client: BoardClient,
  { digest, bytes }: Engine,
  options: DeployOptions,
): Promise<PartReport> {
  if (bytes) return deployPart(client, 'engine', bytes, digest, options);
  return { digest: digestHex(digest), bytes: 0, bytesSent: 0, bytesSkipped: 0 };
}

async function deployPart(
  client: BoardClient,
  part: 'engine' | 'model',
  bytes: Uint8Array,
  digest: Uint8Array,
  { onProgress, signal }: DeployOptions,
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
