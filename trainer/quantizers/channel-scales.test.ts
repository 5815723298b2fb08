import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import * as tf from '../tensorflow/index.js';
import { channelScales, straightThroughChannels } from './channel-scales.js';

beforeAll(async () => {
  await selectBackend();
});

it('averages the magnitudes of each output', () => {
  const scales = channelScales(Float32Array.of(1, -4, 3, 0, -2, 8), 2, { pixels: 1, copies: 1 });
  expect([...scales]).toEqual([2, 4]);
});

it('halves exactly if each weight becomes two of half the size', () => {
  const weight = fc.float({ min: -2, max: 2, noNaN: true });
  const shape = fc.tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 1, max: 3 }),
  );
  fc.assert(
    fc.property(
      shape,
      fc.array(weight, { minLength: 36, maxLength: 36 }),
      ([pixels, inputs, outputs], weights) => {
        const run = inputs * outputs;
        const single = Float32Array.from(weights.slice(0, pixels * run));
        const doubled = Float32Array.from({ length: 2 * single.length }, (_, i) => {
          const [pixel, within] = [Math.floor(i / (2 * run)), i % run];
          return single[pixel * run + within] / 2;
        });
        const scales = channelScales(single, outputs, { pixels, copies: 1 });
        const halves = channelScales(doubled, outputs, { pixels, copies: 2 });
        scales.forEach((scale, c) => {
          // Numbers below the smallest normal one cannot be halved.
          if (scale > 2 ** -120) expect(halves[c]).toBe(scale / 2);
        });
      },
    ),
  );
});

it('passes the gradient of the scaled weight', () => {
  const gradient = tf.tidy(() => {
    const scales = tf.tensor1d([0.5, 4]);
    const loss = (latent: tf.Tensor) => {
      const integers = straightThroughChannels(latent, Float32Array.of(1, -1, -1, 1), scales);
      return tf.sum(
        tf.mul(
          tf.mul(integers, scales),
          tf.tensor2d([
            [1, 2],
            [3, 4],
          ]),
        ),
      );
    };
    return tf
      .grad(loss)(tf.zeros([2, 2]))
      .dataSync();
  });
  expect([...gradient]).toEqual([1, 2, 3, 4]);
});
