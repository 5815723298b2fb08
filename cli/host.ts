/** The package @bd-edge/host, with its internal entry. */
export type Host = typeof import('@bd-edge/host') & typeof import('@bd-edge/host/internal');

/** Loads the package. Only the commands that need it call this. */
export async function loadHost(): Promise<Host> {
  const [api, internal] = await Promise.all([import('@bd-edge/host'), import('@bd-edge/host/internal')]);
  return { ...api, ...internal };
}
