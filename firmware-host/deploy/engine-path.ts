import { boardEngineWasm, engineWasm, NATIVE_KERNELS } from '../../sdk/index.js';
import { digestOf, sameDigest } from '../link/digest.js';
import type { Welcome } from '../link/messages.js';

/** How a board runs a model's inner loops: all in its interpreter, or the inner loops in its own machine code. */
export type EnginePath = 'interpreted' | 'native kernels';

/** The wasm bytes of the build of the engine that goes with a path. */
export const engineOf = (path: EnginePath): Promise<Uint8Array> =>
  path === 'interpreted' ? engineWasm() : boardEngineWasm();

/** The fastest path that a board has. */
export const bestPath = ({ kernels }: Pick<Welcome, 'kernels'>): EnginePath =>
  kernels === NATIVE_KERNELS ? 'native kernels' : 'interpreted';

/** The path of the engine that is active on a board; null if it is not one that ships with this package. */
export async function activePath({
  engineDigest,
}: Pick<Welcome, 'engineDigest'>): Promise<EnginePath | null> {
  const paths: EnginePath[] = ['interpreted', 'native kernels'];
  for (const path of paths) if (sameDigest(digestOf(await engineOf(path)), engineDigest)) return path;
  return null;
}
