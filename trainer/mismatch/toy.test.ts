import { beforeAll, describe, expect, it } from 'vitest';
import { rejection } from '../../sdk/testing/throws.js';
import { selectBackend } from '../backend/index.js';
import { measureToyMismatch, type ToyMismatchRow } from './toy.js';

beforeAll(async () => {
  await selectBackend();
});

const columns = ({ layers, total }: ToyMismatchRow) => [...layers, total];

describe('measureToyMismatch', () => {
  it('finds ternary above binary in every column, and full precision near 1', async () => {
    const measure = (activations: string[], samples: number) =>
      measureToyMismatch({ activations, eps: [0.1, 0.01], samples, seeds: [1] });
    const rows = await measure(['binary', 'ternary'], 10_000);
    expect(rows.map(({ activation, eps }) => `${activation} ${eps}`)).toEqual([
      ...['binary 0.1', 'ternary 0.1', 'binary 0.01', 'ternary 0.01'],
    ]);
    for (const eps of [0.1, 0.01]) {
      const [binary, ternary] = rows.filter((row) => row.eps === eps).map(columns);
      ternary.forEach((cosine, column) => {
        expect(cosine).toBeGreaterThan(binary[column]);
      });
    }
    for (const full of await measure(['full'], 200)) {
      for (const cosine of columns(full)) expect(cosine).toBeGreaterThan(0.95);
    }
  });

  it('gives the same numbers for the same seed, means over several seeds, and a row for each surrogate', async () => {
    const measure = (seeds: number[]) =>
      measureToyMismatch({
        activations: ['full', 'binary'],
        surrogates: ['relu1', 'steep'],
        eps: [0.2],
        samples: 60,
        seeds,
      });
    const [first, again, second, both] = [
      await measure([1]),
      await measure([1]),
      await measure([2]),
      await measure([1, 2]),
    ];
    expect(again).toEqual(first);
    expect(first.map(({ activation, surrogate }) => [activation, surrogate])).toEqual([
      ['full', 'relu1'],
      ['binary', 'relu1'],
      ['binary', 'steep'],
    ]);
    expect(both[1].total).toBeCloseTo((first[1].total + second[1].total) / 2, 12);
    expect(both[1].deviations.total).toBeCloseTo(Math.abs(first[1].total - second[1].total) / Math.SQRT2, 12);
    expect(first[1].deviations).toEqual({ layers: [0, 0, 0], total: 0 });
  });

  it('reports progress, and can be aborted', async () => {
    const progress: string[] = [];
    const controller = new AbortController();
    const options = { activations: ['binary'], eps: [0.1], samples: 2500, seeds: [1] };
    await measureToyMismatch({
      ...options,
      onProgress: (done, total, name) => progress.push(`${name} ${done}/${total}`),
    });
    expect(progress).toEqual(['binary 1000/2500', 'binary 2000/2500', 'binary 2500/2500']);
    controller.abort();
    await expect(measureToyMismatch({ ...options, signal: controller.signal })).rejects.toThrow('aborted');
  });

  it('rejects options that it cannot use', async () => {
    const options = { activations: ['binary'], eps: [0.1], samples: 10, seeds: [1] };
    const codeOf = async (change: object) =>
      (await rejection(measureToyMismatch({ ...options, ...change }))).code;
    expect(await codeOf({ eps: [0] })).toBe('invalid-eps');
    expect(await codeOf({ samples: 0.5 })).toBe('not-positive-integer');
    expect(await codeOf({ seeds: [] })).toBe('not-positive-integer');
    expect(await codeOf({ activations: ['quaternary'] })).toBe('unknown-activation');
    expect(await codeOf({ surrogates: ['tanh'] })).toBe('unknown-surrogate');
  });
});
