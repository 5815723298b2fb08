import { expect, it } from 'vitest';
import { Random } from '../numbers/random.js';
import { estimateCosine, type MeasuredLayer } from './bootstrap.js';
import { cosine } from './cosine.js';
import { fillNormal } from './normal.js';

function gradients(weights: number, noise: number, random: Random) {
  const straightThrough = fillNormal(new Float32Array(weights), random);
  const errors = fillNormal(new Float32Array(weights), random, noise);
  return { straightThrough, discrete: straightThrough.map((value, i) => value + errors[i]) };
}

const first = (
  count: number,
  { straightThrough, discrete }: ReturnType<typeof gradients>,
): MeasuredLayer => ({
  weights: discrete.length,
  straightThrough: straightThrough.subarray(0, count),
  discrete: discrete.subarray(0, count),
});

it('is the cosine itself if every weight was measured', () => {
  const all = gradients(200, 0.5, new Random(1));
  const expected = cosine(all.straightThrough, all.discrete);
  const { cosine: got, interval } = estimateCosine([first(200, all)], 1);
  expect(got).toBeCloseTo(expected, 12);
  expect(interval).toEqual([got, got]);
});

it('holds the true cosine in about 95 of 100 intervals', () => {
  let held = 0;
  for (let seed = 1; seed <= 100; seed++) {
    const random = new Random(seed);
    const [a, b] = [gradients(3000, 0.6, random), gradients(1000, 1.5, random)];
    const truth = cosine([...a.straightThrough, ...b.straightThrough], [...a.discrete, ...b.discrete]);
    const { interval } = estimateCosine([first(150, a), first(100, b)], seed);
    held += Number(interval[0] <= truth && truth <= interval[1]);
  }
  expect(held).toBeGreaterThanOrEqual(88);
  expect(held).toBeLessThan(100);
});

it('follows the seed, and is NaN without a gradient', () => {
  const layer = first(50, gradients(100, 1, new Random(3)));
  expect(estimateCosine([layer], 4)).toEqual(estimateCosine([layer], 4));
  const dead = { weights: 9, straightThrough: [0, 0], discrete: [0, 1] };
  expect(estimateCosine([dead], 1)).toEqual({ cosine: Number.NaN, interval: [Number.NaN, Number.NaN] });
});
