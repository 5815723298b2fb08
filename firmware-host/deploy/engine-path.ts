import { boardEngineWasm, interpretedEngineWasm, NATIVE_KERNELS } from '@bd-edge/sdk/internal';
import { digestOf, sameDigest } from '../link/digest.js';
import type { BoardInfo } from '../link/messages.js';

/**
 * How a board runs the engine: in its interpreter, in its interpreter with native kernels for the ops, or as
 * machine code that is built into the firmware.
 */
export type EnginePath = UploadedPath | 'compiled';

/** The paths of engines that are uploaded. */
export type UploadedPath = 'interpreted' | 'native kernels';

/** Returns whether the engine is built into the firmware, which then has no interpreter and accepts no other engine. */
export const hasBuiltInEngine = ({ interpreter }: Pick<BoardInfo, 'interpreter'>): boolean =>
  interpreter === '';

/**
 * The engines that a board accepts: every valid one, only those that its firmware knows, or only the one that is built
 * into its firmware.
 */
export type AcceptedEngines = 'any' | 'known' | 'built-in';

/** Returns which engines a board accepts. */
export function acceptedEngines(info: Pick<BoardInfo, 'interpreter' | 'anyEngine'>): AcceptedEngines {
  if (hasBuiltInEngine(info)) return 'built-in';
  return info.anyEngine === 1 ? 'any' : 'known';
}

/** Returns the wasm of the engine build for a path. */
export const engineOf = (path: UploadedPath): Promise<Uint8Array> =>
  path === 'interpreted' ? interpretedEngineWasm() : boardEngineWasm();

/** Returns the fastest path of a board for uploaded engines. */
export const bestPath = ({ kernels }: Pick<BoardInfo, 'kernels'>): UploadedPath =>
  kernels === NATIVE_KERNELS ? 'native kernels' : 'interpreted';

/** Returns the path of the active engine; null if it is not an engine of this package. */
export async function activePath({
  engineDigest,
  interpreter,
}: Pick<BoardInfo, 'engineDigest' | 'interpreter'>): Promise<EnginePath | null> {
  if (hasBuiltInEngine({ interpreter })) return 'compiled';
  const paths: UploadedPath[] = ['interpreted', 'native kernels'];
  for (const path of paths) if (sameDigest(digestOf(await engineOf(path)), engineDigest)) return path;
  return null;
}
