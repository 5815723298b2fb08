import { crc32, Engine, engineWasm, parseModel, referenceLogits, referenceRun } from '@bd-edge/sdk';

/** What the board should say of an image, by the host's own calculation. */
export interface Expectation {
  logits(image: Uint8Array): Int32Array;
  /** CRC-32 of each layer's output tensor, in order; asked of one image only, the first that differs. */
  layers(image: Uint8Array): Uint32Array;
}

/** By the reference implementation: the oracle, and slow. */
export function referenceExpectation(model: Uint8Array): Expectation {
  const parsed = parseModel(model);
  return {
    logits: (image) => referenceLogits(parsed, image),
    layers: (image) => Uint32Array.from(referenceRun(parsed, image).layers, (layer) => crc32(layer)),
  };
}

/** By the wasm engine on this host: many times faster, itself held to the reference by this package's tests. */
export async function engineExpectation(
  model: Uint8Array,
  engine?: Uint8Array<ArrayBuffer>,
): Promise<Expectation> {
  const host = await Engine.instantiate(engine ?? (await engineWasm()));
  host.load(model);
  return { logits: (image) => host.run(image), layers: (image) => host.trace(image) };
}
