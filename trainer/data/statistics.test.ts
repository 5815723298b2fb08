import fc from 'fast-check';
import { expect, it } from 'vitest';
import { statisticsOf } from './statistics.js';

it('counts classes, and computes mean and deviation of each channel', () => {
  const pictures = fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }))
    .chain(([count, channels]) =>
      fc.record({
        count: fc.constant(count),
        channels: fc.constant(channels),
        images: fc.uint8Array({ minLength: count * 4 * channels, maxLength: count * 4 * channels }),
        labels: fc.uint8Array({ minLength: count, maxLength: count, max: 2 }),
      }),
    );
  fc.assert(
    fc.property(pictures, ({ count, channels, images, labels }) => {
      const got = statisticsOf({ images, labels, count, height: 2, width: 2, channels }, 3);
      expect(got.perClass).toEqual(
        [0, 1, 2].map((label) => labels.filter((other) => other === label).length),
      );
      for (let c = 0; c < channels; c++) {
        const values = Array.from(images.filter((_, i) => i % channels === c));
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
        expect(got.mean[c]).toBeCloseTo(mean, 9);
        expect(got.deviation[c]).toBeCloseTo(Math.sqrt(variance), 9);
      }
    }),
  );
});
