import { parseModel, UsageError } from '@bd-edge/sdk/internal';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeOf } from '../sdk/testing/throws.js';
import { identifier, title } from './names.js';
import { smallNetwork } from './testing/network.js';

test('a file name becomes a C identifier, or is rejected', () => {
  expect(identifier('my-model.v2')).toBe('my_model_v2');
  expect(identifier('2024 digits')).toBe('model_2024_digits');
  expect(identifier('class')).toBe('model_class');
  expect(identifier('Größe')).toBe('Gro_e');
  expect(codeOf(() => identifier('数字'))).toBe('invalid-c-name');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      try {
        expect(identifier(text)).toMatch(/^[A-Za-z][A-Za-z0-9_]*$/);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        expect(text).not.toMatch(/[A-Za-z0-9]/);
      }
    }),
  );
});

test('a title cannot end its line or its comment', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const said = title({ ...parseModel(smallNetwork().bytes), metadata: { name } });
      expect(said).toMatch(/made by bd-edge compile$/);
      expect(said).not.toMatch(/\*\/|\\|[\n\r\u2028\u2029]/);
    }),
  );
});
