import type { Model } from '@bd-edge/sdk/internal';

/** Images of a network's self-test in C: `NETWORK_TESTS` in firmware/kernels/run-network.h. */
export const TEST_IMAGES = 2;

/** Makes a test image as `put_test_image` in firmware/kernels/run-network.c: noise, in the second image with less contrast. */
export function testImage({ input }: Model, test: number): Uint8Array {
  let state = test;
  return Uint8Array.from({ length: input.height * input.width * input.channels }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> (24 + 2 * test);
  });
}
