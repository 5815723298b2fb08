import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidRecipeError, type NetworkSpec, parseNetworkSpec, readNetworkSpec } from './network-spec.js';

const recipe: NetworkSpec = {
  input: [8, 8, 1],
  layers: [
    { kind: 'int8-conv', filters: 4, kernel: [3, 2], stride: 2 },
    { kind: 'residual', layers: [{ kind: 'ternary' }, { kind: 'relu' }] },
    { kind: 'binary-conv', filters: 2, kernel: 'whole' },
  ],
};

type Fields = Record<string | number, unknown>;

/** The recipe with one field changed. */
function changed(path: (string | number)[], value: unknown): unknown {
  const copy: unknown = structuredClone(recipe);
  const at = path.slice(0, -1).reduce((object, key) => (object as Fields)[key], copy);
  (at as Fields)[path[path.length - 1]] = value;
  return copy;
}

describe('parseNetworkRecipe', () => {
  it('takes a recipe as it is', () => {
    expect(parseNetworkSpec(recipe)).toEqual(recipe);
    expect(readNetworkSpec(JSON.stringify(recipe))).toEqual(recipe);
  });

  it.each([
    [['input'], [8, 8], "The recipe's input is not valid: expected [height, width, channels] or [values]"],
    [['layers'], [], "The recipe's layers is not valid"],
    [['layers', 0, 'filters'], 0, "The recipe's layers.0.filters is not valid"],
    [['layers', 0, 'filters'], 1.5, "The recipe's layers.0.filters is not valid"],
    [['layers', 0, 'filter'], 4, "The recipe's layers.0.filter is not valid"],
    [['layers', 0, 'kernel'], 'half', "The recipe's layers.0.kernel is not valid: expected a whole number"],
    [['layers', 0, 'padding'], 'full', "The recipe's layers.0.padding is not valid"],
    [['layers', 1, 'layers', 0, 'kind'], 'quaternary', "The recipe's layers.1.layers.0.kind is not valid"],
    [['layers', 1, 'shortcut'], [{ kind: 'norm', epsilon: 0 }], 'layers.1.shortcut.0.epsilon'],
  ])('names the field that is wrong: %j = %j', (path, value, message) => {
    expect(() => parseNetworkSpec(changed(path, value))).toThrow(InvalidRecipeError);
    expect(() => parseNetworkSpec(changed(path, value))).toThrow(message);
  });

  it('says so where there is no JSON, or another', () => {
    expect(() => readNetworkSpec('{')).toThrow(/^The recipe is not valid: it is no JSON/);
    expect(() => readNetworkSpec('[]')).toThrow(InvalidRecipeError);
  });

  it('takes residuals within one another, up to a depth', () => {
    const nested = (depth: number) => {
      const residuals = '{"kind":"residual","layers":['.repeat(depth);
      return `{"input":[8,8,1],"layers":[${residuals}{"kind":"max-pool","size":[2,2]}${']}'.repeat(depth)}]}`;
    };
    expect(readNetworkSpec(nested(100))).toEqual(JSON.parse(nested(100)));
    for (const depth of [101, 3000, 100_000]) {
      expect(() => readNetworkSpec(nested(depth))).toThrow(InvalidRecipeError);
      expect(() => readNetworkSpec(nested(depth))).toThrow('residuals more than 100 deep');
    }
  });

  it('throws nothing else, whatever it is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(recipe)), (value, key) => {
        for (const candidate of [value, changed([key], value), changed(['layers', 1], value)]) {
          try {
            parseNetworkSpec(candidate);
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidRecipeError);
          }
        }
      }),
    );
  });
});
