import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Taps, tapsOf } from './taps.js';

const sizes = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }));

/** Returns the share of every input in every output. */
function shares({ first, start, weights, total }: Taps, inputs: number): number[][] {
  return Array.from(first, (from, i) => {
    const row = new Array<number>(inputs).fill(0);
    for (let tap = start[i]; tap < start[i + 1]; tap++) row[from + tap - start[i]] += weights[tap] / total;
    return row;
  });
}

test('weights are positive whole numbers of pixels that exist, and sum to the total', () => {
  fc.assert(
    fc.property(sizes, ([inputs, outputs]) => {
      const { first, start, weights, total } = tapsOf(inputs, outputs);
      expect([first.length, start.length]).toEqual([outputs, outputs + 1]);
      for (let i = 0; i < outputs; i++) {
        const row = weights.subarray(start[i], start[i + 1]);
        expect(Math.min(...row)).toBeGreaterThan(0);
        expect(row.reduce((sum, weight) => sum + weight, 0)).toBe(total);
        expect(first[i]).toBeGreaterThanOrEqual(0);
        expect(first[i] + row.length).toBeLessThanOrEqual(inputs);
      }
    }),
  );
});

test('fewer pixels: each output is the mean of its area', () => {
  fc.assert(
    fc.property(sizes, ([a, b]) => {
      const [inputs, outputs] = [Math.max(a, b), Math.min(a, b)];
      shares(tapsOf(inputs, outputs), inputs).forEach((row, i) => {
        row.forEach((share, pixel) => {
          const scale = inputs / outputs;
          const overlap = Math.min((i + 1) * scale, pixel + 1) - Math.max(i * scale, pixel);
          expect(share).toBeCloseTo(Math.max(0, overlap) / scale, 9);
        });
      });
    }),
  );
});

test('more pixels: each output is interpolated between two centers, or is the edge', () => {
  fc.assert(
    fc.property(sizes, ([a, b]) => {
      const [inputs, outputs] = [Math.min(a, b), Math.max(a, b) + 1];
      shares(tapsOf(inputs, outputs), inputs).forEach((row, i) => {
        const at = Math.min(Math.max(((i + 0.5) * inputs) / outputs - 0.5, 0), inputs - 1);
        row.forEach((share, pixel) => {
          expect(share).toBeCloseTo(Math.max(0, 1 - Math.abs(at - pixel)), 9);
        });
      });
    }),
  );
});

test('the same number of pixels stays unchanged', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), (size) => {
      const { first, weights, total } = tapsOf(size, size);
      expect([...first]).toEqual(Array.from({ length: size }, (_, i) => i));
      expect([...weights]).toEqual(new Array(size).fill(total));
    }),
  );
});
