import { FileError } from '@bd-edge/sdk/internal';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thrown } from '../../sdk/testing/throws.js';
import { type NetworkSpec, parseNetworkSpec, readNetworkSpec } from './network-spec.js';

const spec: NetworkSpec = {
  input: [8, 8, 1],
  layers: [
    { kind: 'int8-conv', filters: 4, kernel: [3, 2], stride: 2 },
    { kind: 'residual', layers: [{ kind: 'ternary' }, { kind: 'relu' }] },
    { kind: 'binary-conv', filters: 2, kernel: 'whole' },
  ],
};

type Fields = Record<string | number, unknown>;

/** Returns the description with one field changed. */
function changed(path: (string | number)[], value: unknown): unknown {
  const copy: unknown = structuredClone(spec);
  const at = path.slice(0, -1).reduce((object, key) => (object as Fields)[key], copy);
  (at as Fields)[path[path.length - 1]] = value;
  return copy;
}

describe('parseNetworkSpec', () => {
  it('returns a valid description unchanged', () => {
    expect(parseNetworkSpec(spec)).toEqual(spec);
    expect(readNetworkSpec(JSON.stringify(spec))).toEqual(spec);
  });

  it.each([
    [['input'], [8, 8], 'input'],
    [['layers'], [], 'layers'],
    [['layers', 0, 'filters'], 0, 'layers.0.filters'],
    [['layers', 0, 'filters'], 1.5, 'layers.0.filters'],
    [['layers', 0, 'filter'], 4, 'layers.0.filter'],
    [['layers', 0, 'kernel'], 'half', 'layers.0.kernel'],
    [['layers', 0, 'padding'], 'full', 'layers.0.padding'],
    [['layers', 1, 'layers', 0, 'kind'], 'quaternary', 'layers.1.layers.0.kind'],
    [['layers', 1, 'shortcut'], [{ kind: 'norm', epsilon: 0 }], 'layers.1.shortcut.0.epsilon'],
  ])('names the field that is wrong: %j = %j', (path, value, field) => {
    const error = thrown(() => parseNetworkSpec(changed(path, value)));
    expect(error).toMatchObject({ code: 'invalid-network-spec', field });
    expect(error.message).not.toContain('never');
  });

  it('rejects text that is not JSON, and other JSON', () => {
    for (const text of ['{', 'null'])
      expect(thrown(() => readNetworkSpec(text))).toMatchObject({ code: 'invalid-network-spec', field: '' });
  });

  it('accepts nested residual layers up to a depth', () => {
    const nested = (depth: number) => {
      const residuals = '{"kind":"residual","layers":['.repeat(depth);
      return `{"input":[8,8,1],"layers":[${residuals}{"kind":"max-pool","size":[2,2]}${']}'.repeat(depth)}]}`;
    };
    expect(readNetworkSpec(nested(100))).toEqual(JSON.parse(nested(100)));
    for (const depth of [101, 3000, 100_000]) {
      expect(thrown(() => readNetworkSpec(nested(depth))).code).toBe('invalid-network-spec');
    }
  });

  it('throws nothing but a FileError for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(spec)), (value, key) => {
        for (const candidate of [value, changed([key], value), changed(['layers', 1], value)]) {
          try {
            parseNetworkSpec(candidate);
          } catch (error) {
            expect(error).toBeInstanceOf(FileError);
          }
        }
      }),
    );
  });
});
