import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lineChart } from './line-chart.js';

it('draws axes, lines and a legend', () => {
  const chart = lineChart({
    panels: [
      {
        title: 'one < two',
        series: [
          {
            name: 'a',
            points: [
              [0, 0],
              [1, 1],
            ],
          },
          {
            name: 'a again',
            like: 'a',
            dashed: true,
            points: [
              [0, 1],
              [1, 0],
            ],
            intervals: [
              [0.5, 1],
              [0, 0.5],
            ],
          },
        ],
        xTicks: [
          { at: 0, label: 'left' },
          { at: 1, label: 'right' },
        ],
        yRange: [0, 1],
      },
    ],
  });
  expect(chart).toMatchInlineSnapshot(`
    "<svg xmlns="http://www.w3.org/2000/svg" width="360" height="274" viewBox="0 0 360 274" font-family="sans-serif" font-size="11">
    <rect width="360" height="274" fill="#ffffff"/>
    <g transform="translate(0 0)">
    <text x="42" y="18" font-weight="bold">one &lt; two</text>
    <path d="M42 210H346" stroke="#dddddd"/><text x="36" y="214" text-anchor="end">0</text>
    <path d="M42 173.6H346" stroke="#dddddd"/><text x="36" y="177.6" text-anchor="end">0.2</text>
    <path d="M42 137.2H346" stroke="#dddddd"/><text x="36" y="141.2" text-anchor="end">0.4</text>
    <path d="M42 100.8H346" stroke="#dddddd"/><text x="36" y="104.8" text-anchor="end">0.6</text>
    <path d="M42 64.4H346" stroke="#dddddd"/><text x="36" y="68.4" text-anchor="end">0.8</text>
    <path d="M42 28H346" stroke="#dddddd"/><text x="36" y="32" text-anchor="end">1</text>
    <text x="62.97" y="226" text-anchor="middle">left</text>
    <text x="325.03" y="226" text-anchor="middle">right</text>
    <path d="M62.97 210L325.03 28" fill="none" stroke="#000000" stroke-width="1.6"/>
    <path d="M62.97 28L325.03 210M62.97 119V28M325.03 210V119" fill="none" stroke="#000000" stroke-width="1.6" stroke-dasharray="5 4"/>
    </g>
    <path d="M42 256h22" fill="none" stroke="#000000" stroke-width="1.6"/><text x="70" y="260">a</text>
    <path d="M222 256h22" fill="none" stroke="#000000" stroke-width="1.6" stroke-dasharray="5 4"/><text x="250" y="260">a again</text>
    </svg>
    "
  `);
});

it('leaves a gap where a number is missing', () => {
  const points = [
    [0, 0],
    [1, Number.NaN],
    [2, 2],
    [3, 3],
  ] as const;
  const path = /d="(M[^"]*)" fill="none"/.exec(
    lineChart({ panels: [{ title: '', series: [{ name: 'a', points }] }] }),
  );
  expect(path?.[1].replace(/[^ML]/g, '')).toBe('MML');
});

it('writes finite numbers and balanced tags, whatever it is given', () => {
  const number = fc.oneof(
    fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 1000),
    fc.constantFrom(Number.NaN, Infinity, -Infinity),
  );
  const points = fc.array(fc.tuple(number, number));
  const series = fc.record({ name: fc.string(), points });
  const panel = fc.record({ title: fc.string(), series: fc.array(series) });
  fc.assert(
    fc.property(fc.array(panel), fc.integer({ min: 1, max: 4 }), (panels, columns) => {
      const svg = lineChart({ panels, columns });
      const attributes = svg.replace(/>[^<]*</g, '><');
      expect(attributes).not.toMatch(/NaN|Infinity|undefined/);
      const count = (pattern: RegExp) => svg.match(pattern)?.length ?? 0;
      expect(count(/<g /g)).toBe(count(/<\/g>/g));
      expect(count(/<text /g)).toBe(count(/<\/text>/g));
    }),
  );
});

it('names the ticks as told', () => {
  const panel = {
    title: 'logarithmic',
    series: [{ name: 'a', points: [[0, 0] as const, [1, 2] as const] }],
    yTicks: [
      { at: 0, label: '1' },
      { at: 2, label: '<100' },
    ],
  };
  const chart = lineChart({ panels: [panel] });
  expect(chart).toContain('text-anchor="end">1</text>');
  expect(chart).toContain('text-anchor="end">&lt;100</text>');
  expect(chart.match(/text-anchor="end"/g)).toHaveLength(2);
});
