import { parseModel } from '@bd-edge/sdk/internal';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CompileError } from './errors.js';
import { identifier, title } from './names.js';
import { smallNetwork } from './testing/network.js';

test('a file name becomes a C identifier, or is refused', () => {
  expect(identifier('my-model.v2')).toBe('my_model_v2');
  expect(identifier('2024 digits')).toBe('model_2024_digits');
  expect(identifier('Größe')).toBe('Gro_e');
  expect(() => identifier('数字')).toThrow(CompileError);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      try {
        expect(identifier(text)).toMatch(/^[A-Za-z][A-Za-z0-9_]*$/);
      } catch (error) {
        if (!(error instanceof CompileError)) throw error;
        expect(text).not.toMatch(/[A-Za-z0-9]/);
      }
    }),
  );
});

test('a title stays on its line and in its comment', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const said = title({ ...parseModel(smallNetwork().bytes), metadata: { name } }, 'aot');
      expect(said).toMatch(/made by bd-edge aot$/);
      expect(said).not.toMatch(/\*\/|\\|[\n\r\u2028\u2029]/);
    }),
  );
});
