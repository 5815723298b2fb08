import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TABLE_AREA_BYTES } from '../layout.js';
import * as plan from './table-plan.js';

const layers = fc.record({
  size: fc.integer({ min: 1, max: 120 }),
  width: fc.integer({ min: 1, max: 120 }),
  kernelHeight: fc.integer({ min: 1, max: 11 }),
  kernelWidth: fc.integer({ min: 1, max: 11 }),
  stride: fc.integer({ min: 1, max: 4 }),
  channels: fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 71, max: 4096 })),
  filters: fc.integer({ min: 1, max: 1024 }),
});

test('the tables of any layer end where the model begins, and offsets of 16 bits reach them', () => {
  let most = 0;
  fc.assert(
    fc.property(layers, ({ size, width, kernelHeight, kernelWidth, stride, channels, filters }) => {
      const output = (input: number) => Math.ceil(input / stride);
      plan.describeLayer(
        ...([output(size), output(width), width, kernelHeight, kernelWidth, stride, stride] as const),
        ...([(kernelWidth - 1) >> 1, channels, 1, filters, 1, Math.ceil(filters / 32) * 4] as const),
      );
      const choice = plan.chooseTable();
      fc.pre(choice !== 0);
      plan.layOutTable(choice);
      expect(plan.bundleTableBytes()).toBeLessThanOrEqual(TABLE_AREA_BYTES);
      most = Math.max(most, plan.bundleTableBytes());
    }),
    { numRuns: 1000, seed: 1 },
  );
  // Layers come near it, or this would say nothing.
  expect(most).toBeGreaterThan(TABLE_AREA_BYTES / 2);
});
