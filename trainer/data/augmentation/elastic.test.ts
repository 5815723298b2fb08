import { expect, it } from 'vitest';
import { Random } from '../../numbers/random.js';
import { displacements } from './elastic.js';

const all = (deviation: number) =>
  Array.from({ length: 100 }, (_, seed) => displacements(28, 20, deviation, new Random(seed)));

it('moves pixels by the given deviation, in both directions', () => {
  for (const way of ['down', 'right'] as const) {
    const values = all(2).flatMap((field) => [...field[way]]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.3);
    expect(Math.sqrt(square)).toBeGreaterThan(1.8);
    expect(Math.sqrt(square)).toBeLessThan(2.2);
  }
});

it('moves neighbors nearly alike', () => {
  for (const { down } of all(1)) {
    for (let x = 1; x < 20; x++) expect(Math.abs(down[x] - down[x - 1])).toBeLessThan(0.8);
  }
});

it('follows the seed', () => {
  expect(displacements(9, 9, 1, new Random(3))).toEqual(displacements(9, 9, 1, new Random(3)));
  expect(displacements(9, 9, 1, new Random(3))).not.toEqual(displacements(9, 9, 1, new Random(4)));
});
