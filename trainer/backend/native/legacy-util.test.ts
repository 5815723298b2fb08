import util from 'node:util';
import { expect, it } from 'vitest';
import { restoreLegacyUtil } from './legacy-util.js';

it('restores the functions that newer versions of Node lack', () => {
  const legacy = util as unknown as Record<string, ((value: unknown) => boolean) | undefined>;
  for (const name of ['isArray', 'isNullOrUndefined']) legacy[name] = undefined;
  restoreLegacyUtil();
  expect([[], {}, null].map((value) => legacy.isArray?.(value))).toEqual([true, false, false]);
  expect([null, undefined, 0].map((value) => legacy.isNullOrUndefined?.(value))).toEqual([true, true, false]);
});
