import { encodeModel, parseModel, referenceRun } from '@bd-edge/sdk/internal';
import { expect, it } from 'vitest';
import { random } from '../networks.mjs';
import { sampleGraph } from './samples.mjs';

it('makes valid networks whose bits are neither all 0 nor all 1', () => {
  const model = parseModel(encodeModel(sampleGraph(1)));
  const next = random(3);
  const { height, width, channels } = model.input;
  const { layers } = referenceRun(
    model,
    Uint8Array.from({ length: height * width * channels }, () => next() * 256),
  );
  const bits = model.ops
    .filter(({ kind }) => kind === 'binary-convolution')
    .map(({ input }) => layers[input - 1]);
  expect(bits.length).toBeGreaterThan(10);
  for (const tensor of bits) {
    expect(tensor.some((byte) => byte !== 0)).toBe(true);
    expect(tensor.every((byte) => byte === 255)).toBe(false);
  }
});
