import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleIndices } from './sample.js';

test('draws as many as asked for, in order, each once, with the classes in proportion', () => {
  const cases = fc
    .array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 60 })
    .chain((labels) => fc.tuple(fc.constant(labels), fc.integer({ min: 0, max: 70 }), fc.nat()));
  fc.assert(
    fc.property(cases, ([labels, count, seed]) => {
      const drawn = sampleIndices(labels, count, seed);
      expect(drawn).toHaveLength(Math.min(count, labels.length));
      expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b));
      for (const label of new Set(labels)) {
        const size = labels.filter((other) => other === label).length;
        const share = drawn.filter((i) => labels[i] === label).length;
        expect(Math.abs(share - (size * drawn.length) / labels.length)).toBeLessThan(1);
      }
    }),
  );
});

test('follows the seed, and keeps its choice', () => {
  const labels = Array.from({ length: 100 }, (_, i) => i % 3);
  expect(sampleIndices(labels, 20, 1)).not.toEqual(sampleIndices(labels, 20, 2));
  // Accuracies that were published for samples depend on it.
  expect(sampleIndices(labels, 5, 1)).toMatchInlineSnapshot(`
    [
      1,
      5,
      24,
      40,
      96,
    ]
  `);
});
