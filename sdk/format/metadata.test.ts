import { expect, it, test } from 'vitest';
import type { Metadata } from './graph.js';
import { readMetadata } from './metadata.js';

const complete: Metadata = {
  name: 'a name',
  labels: ['left', 'right'],
  preprocessing: 'raw pixels',
  training: { data: 'mnist', seed: 1 },
  license: 'MIT',
  densities: [1, 0.25, 0],
};

const read = (value: unknown) => readMetadata(value, 3);

it('keeps every documented field', () => {
  expect(read(complete)).toEqual(complete);
  expect(read({})).toEqual({});
});

it('ignores unknown fields, whatever their names and depth', () => {
  const unknown = JSON.parse('{"more": 1, "toString": 2, "__proto__": {"name": "x"}, "constructor": {}}');
  let deep: unknown = 0;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  expect(read({ ...unknown, deep })).toEqual({});
  expect(read(unknown)?.name).toBeUndefined();
});

it.each(['name', 'labels', 'preprocessing', 'training', 'license', 'densities'])(
  'ignores %s of another type',
  (field) => {
    for (const wrong of [1, null, true, {}, [1], [null], [['a']], { toString: 'x' }]) {
      const expected =
        field === 'training' && !Array.isArray(wrong) && typeof wrong === 'object' && wrong !== null;
      const { [field as keyof Metadata]: _, ...rest } = complete;
      const kept = read({ ...complete, [field]: wrong });
      if (expected) expect(kept).toMatchObject(rest);
      else expect(kept).toEqual(rest);
    }
  },
);

it('keeps only texts and numbers about the training', () => {
  const training = JSON.parse(
    '{"data": {"toString": 1}, "seed": 3, "recipe": "a", "list": [1], "__proto__": {"x": 1}}',
  );
  expect(read({ training })).toEqual({ training: { seed: 3, recipe: 'a' } });
});

test.each([[undefined], [null], [1], ['text'], [[]], [true]])('%j is not metadata', (value) => {
  expect(read(value)).toBeUndefined();
});

test.each([[[1, 0.5]], [[1, 0.5, 0, 0]], [[1, 0.5, 1.1]], [[1, -0.1, 0]], [[1, null, 0]]])(
  'densities %j of 3 ops are ignored',
  (densities) => {
    expect(read({ densities })).toEqual({});
  },
);
