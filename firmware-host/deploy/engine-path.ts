import { boardEngineWasm, engineWasm, NATIVE_KERNELS } from '@bd-edge/sdk';
import { digestOf, sameDigest } from '../link/digest.js';
import type { Welcome } from '../link/messages.js';

/**
 * How a board runs the engine: all in its interpreter; the layers in its own machine code; or as machine code whole,
 * built into the firmware.
 */
export type EnginePath = UploadedPath | 'compiled';

/** Those of engines that are uploaded. */
export type UploadedPath = 'interpreted' | 'native kernels';

/** Whether the board's engine is built into its firmware, which takes no other then: it has no interpreter. */
export const hasBuiltInEngine = ({ interpreter }: Pick<Welcome, 'interpreter'>): boolean =>
  interpreter === '';

/** The wasm bytes of the build of the engine that goes with a path. */
export const engineOf = (path: UploadedPath): Promise<Uint8Array> =>
  path === 'interpreted' ? engineWasm() : boardEngineWasm();

/** The fastest path that a board has for engines that are uploaded. */
export const bestPath = ({ kernels }: Pick<Welcome, 'kernels'>): UploadedPath =>
  kernels === NATIVE_KERNELS ? 'native kernels' : 'interpreted';

/** The path of the engine that is active on a board; null if it is not one that ships with this package. */
export async function activePath({
  engineDigest,
  interpreter,
}: Pick<Welcome, 'engineDigest' | 'interpreter'>): Promise<EnginePath | null> {
  if (hasBuiltInEngine({ interpreter })) return 'compiled';
  const paths: UploadedPath[] = ['interpreted', 'native kernels'];
  for (const path of paths) if (sameDigest(digestOf(await engineOf(path)), engineDigest)) return path;
  return null;
}
