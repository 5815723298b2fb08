import { type OpenExpectation, threadExpectation } from './thread-expectation.js';

/**
 * Returns an expectation for several checks of the same images at once: the logits of each image are calculated once, and
 * kept until it is closed. Images are told apart by their identity, not by their bytes.
 *
 * @param signal aborts a calculation
 */
export function sharedExpectation(
  model: Uint8Array,
  signal?: AbortSignal,
  inner = threadExpectation(model, signal),
): OpenExpectation {
  const known = new Map<Uint8Array, Int32Array | Promise<Int32Array>>();
  return {
    logits(image) {
      const earlier = known.get(image);
      if (earlier !== undefined) return earlier;
      const logits = inner.logits(image);
      known.set(image, logits);
      return logits;
    },
    trace: (image) => inner.trace(image),
    close() {
      known.clear();
      inner.close();
    },
  };
}
