import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TABLE_AREA_BYTES } from '../layout.js';
import { chooseTable, joinRows, layOutTable, PLAN_BYTES, TableLayer, TablePlan } from './table-plan.js';

const shapes = fc.record({
  size: fc.integer({ min: 1, max: 120 }),
  width: fc.integer({ min: 1, max: 120 }),
  kernelHeight: fc.integer({ min: 1, max: 11 }),
  kernelWidth: fc.integer({ min: 1, max: 11 }),
  stride: fc.integer({ min: 1, max: 4 }),
  channels: fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 71, max: 4096 })),
  filters: fc.integer({ min: 1, max: 1024 }),
});
type Shape = typeof shapes extends fc.Arbitrary<infer T> ? T : never;

function layerOf(shape: Shape): TableLayer {
  const { size, width, kernelHeight, kernelWidth, stride, channels, filters } = shape;
  return {
    ...{ outputHeight: Math.ceil(size / stride), outputWidth: Math.ceil(width / stride), inputWidth: width },
    ...{ kernelHeight, kernelWidth, strideY: stride, strideX: stride, paddingLeft: (kernelWidth - 1) >> 1 },
    ...{ channels, planes: 1, filters, limitsPerSum: 1, outputBytes: Math.ceil(filters / 32) * 4 },
  };
}

const square = (size: number, kernel: number, stride: number, channels: number, filters: number) =>
  layerOf({ size, width: size, kernelHeight: kernel, kernelWidth: kernel, stride, channels, filters });

test('the tables of any layer end where the model begins, and offsets of 16 bits reach them', () => {
  let largest = 0;
  fc.assert(
    fc.property(shapes, (shape) => {
      const plan = new TablePlan();
      fc.pre(chooseTable(layerOf(shape), plan));
      expect(plan.bundleBytes).toBeLessThanOrEqual(TABLE_AREA_BYTES);
      largest = Math.max(largest, plan.bundleBytes);
    }),
    { numRuns: 1000, seed: 1 },
  );
  // Some layers come near the limit, or the property would be trivial.
  expect(largest).toBeGreaterThan(TABLE_AREA_BYTES / 2);
});

test('a plan follows from its number', () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      const [chosen, repeated] = [new TablePlan(), new TablePlan()];
      fc.pre(chooseTable(layerOf(shape), chosen));
      expect(layOutTable(layerOf(shape), chosen.choice, repeated)).toBe(true);
      expect(repeated).toEqual(chosen);
    }),
    { numRuns: 300, seed: 2 },
  );
});

// The engine lays both out in memory, 8 bytes a number.
test('a layer and its plan fit the memory that the engine has for them', () => {
  const fields = [new TableLayer(), new TablePlan()].flatMap((object) => Object.keys(object));
  expect(8 * fields.length).toBeLessThanOrEqual(PLAN_BYTES);
});

test('only a layer whose pixels see their own pixel becomes one row', () => {
  const pointwise = square(14, 1, 1, 64, 64);
  expect(joinRows(pointwise, 14)).toBe(true);
  expect(pointwise).toMatchObject({ outputHeight: 1, outputWidth: 196, inputWidth: 196 });
  for (const layer of [square(14, 3, 1, 64, 64), square(14, 1, 2, 64, 64)]) {
    const before = { ...layer };
    expect(joinRows(layer, 14)).toBe(false);
    expect(layer).toEqual(before);
  }
  expect(joinRows(square(14, 1, 1, 64, 64), 15)).toBe(false);
});

// A change here changes speed and memory: docs/performance.md has measurements of such layers.
test.each([
  [
    14,
    3,
    1,
    256,
    256,
    { groupBits: 7, vectors: 7, tileWidth: 14, scratchBytes: 593312, expandedBytes: 171008 },
  ],
  [
    28,
    3,
    1,
    128,
    128,
    { groupBits: 7, vectors: 7, tileWidth: 14, scratchBytes: 167232, expandedBytes: 44032 },
  ],
  [56, 3, 1, 64, 64, { groupBits: 6, vectors: 7, tileWidth: 14, scratchBytes: 84512, expandedBytes: 12800 }],
  [
    7,
    3,
    1,
    512,
    512,
    { groupBits: 7, vectors: 2, tileWidth: 7, scratchBytes: 637312, expandedBytes: 683008 },
  ],
  [28, 3, 1, 16, 16, { groupBits: 4, vectors: 7, tileWidth: 14, scratchBytes: 10400, expandedBytes: 1184 }],
  [14, 5, 2, 32, 64, { groupBits: 6, vectors: 2, tileWidth: 7, scratchBytes: 25344, expandedBytes: 20864 }],
])(
  'plan of size %i, kernel %i, stride %i, %i channels to %i',
  (size, kernel, stride, channels, filters, expected) => {
    const plan = new TablePlan();
    expect(chooseTable(square(size, kernel, stride, channels, filters), plan)).toBe(true);
    expect(plan).toMatchObject(expected);
  },
);

test('a dense layer, which uses each weight once, has no tables', () => {
  expect(chooseTable(square(1, 1, 1, 1024, 512), new TablePlan())).toBe(false);
});
