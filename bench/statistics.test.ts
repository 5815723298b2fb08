import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, median, microseconds, rowsOf, table, timesOf } from './statistics.mjs';

describe('median', () => {
  it('is the middle, or the mean of both', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([10, 1, 2, 4])).toBe(3);
    expect(median([7])).toBe(7);
  });

  it('does not sort as text, nor its argument', () => {
    const values = [10, 9, 100];
    expect(median(values)).toBe(10);
    expect(values).toEqual([10, 9, 100]);
  });

  it('has as many values above as below, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values);
        const above = values.filter((value) => value > middle).length;
        const below = values.filter((value) => value < middle).length;
        expect(Math.max(above, below)).toBeLessThanOrEqual(values.length / 2);
        expect(median([...values].reverse())).toBe(middle);
      }),
    );
  });
});

const ROWS = rowsOf('3x3', [
  { lane: 'simd', samples: [0.2, 0.1, 0.9] },
  { lane: 'peer', samples: [5, 3, 4] },
  { lane: 'C', samples: [0.05] },
]);

it('rows are medians, and how many times as long as simd they are', () => {
  expect(ROWS).toEqual([
    { lane: 'simd', shape: '3x3', ms: 0.2, ratio: 1 },
    { lane: 'peer', shape: '3x3', ms: 4, ratio: 20 },
    { lane: 'C', shape: '3x3', ms: 0.05, ratio: 0.25 },
  ]);
});

it('a table has a line a shape and a gap where a lane was not measured', () => {
  const rows = [...ROWS, { lane: 'simd', shape: 'dense', ms: 0.0345, ratio: 1 }];
  expect(table(rows)).toMatchInlineSnapshot(`
    "| µs | simd | peer | C |
    | --- | --- | --- | --- |
    | 3x3 | 200 | 4000 (20.0x) | 50.0 (0.25x) |
    | dense | 34.5 |  |  |"
  `);
});

it('writes three digits and whole microseconds', () => {
  expect([0.0345, 0.00999, 0.1, 12.3456].map(microseconds)).toEqual(['34.5', '9.99', '100', '12346']);
  expect([0.234, 1, 12.34].map(timesOf)).toEqual(['0.23x', '1.0x', '12.3x']);
});

describe('goals', () => {
  const goal = { against: 'peer', shapes: ['a', 'b', 'c'], lanes: ['f32', 'int8'], floor: 2, goal: 3 };
  const row = (shape: string, lane: string, ratio: number) => ({ shape, lane, ms: ratio, ratio });

  it('hold the lowest ratio to the floor and the median to the goal, against the fastest lane', () => {
    const rows = [
      row('a', 'f32', 5),
      row('a', 'int8', 2.5),
      row('b', 'int8', 4),
      row('c', 'f32', 9),
      row('c', 'other', 0.1),
      row('d', 'f32', 0.1),
    ];
    expect(judge([goal], rows)).toEqual([{ ...goal, lowest: 2.5, middle: 4 }]);
  });

  it('are left out where nothing was measured', () => {
    expect(judge([goal], [row('d', 'f32', 1)])).toEqual([]);
  });
});
