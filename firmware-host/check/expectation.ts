import { crc32, Engine, engineWasm, parseModel, referenceLogits, referenceRun } from '@bd-edge/sdk/internal';

/** The expected results of a board, calculated on the host. */
export interface Expectation {
  logits(image: Uint8Array): Int32Array | Promise<Int32Array>;
  /** Returns CRC-32 of each op's output tensor, in order. Called for the first image that differs only. */
  trace(image: Uint8Array): Uint32Array | Promise<Uint32Array>;
}

/** An expectation that the calling thread calculates. */
export interface DirectExpectation extends Expectation {
  logits(image: Uint8Array): Int32Array;
  trace(image: Uint8Array): Uint32Array;
}

/** Calculates with the reference implementation, which is the oracle and is slow. */
export function referenceExpectation(model: Uint8Array): DirectExpectation {
  const parsed = parseModel(model);
  return {
    logits: (image) => referenceLogits(parsed, image),
    trace: (image) => Uint32Array.from(referenceRun(parsed, image).layers, (tensor) => crc32(tensor)),
  };
}

/** Calculates with the wasm engine on this host: many times faster, and compared with the reference by tests. */
export async function engineExpectation(
  model: Uint8Array,
  engine?: Uint8Array<ArrayBuffer>,
): Promise<DirectExpectation> {
  const host = await Engine.instantiate(engine ?? (await engineWasm()));
  host.load(model);
  return { logits: (image) => host.run(image), trace: (image) => host.trace(image) };
}
