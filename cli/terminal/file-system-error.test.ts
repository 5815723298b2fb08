import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { fileProblem, isFileSystemError } from './file-system-error.js';

const failed = (code: string, path?: string) =>
  Object.assign(new Error(code), { code, ...(path && { path }) });

test('an error of fs gets a code and a sentence with the path', async () => {
  const error = await readFile('no/where').catch((error) => error);
  expect(isFileSystemError(error)).toBe(true);
  expect(fileProblem(error)).toEqual({
    code: 'file-not-found',
    message: expect.stringContaining('no/where'),
  });
  for (const [code, stable] of [
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EFBIG', 'file-too-large'],
  ])
    expect(fileProblem(failed(code, 'm.bdm'))).toEqual({
      code: stable,
      message: expect.stringContaining('m.bdm'),
    });
});

test('other failed calls with a path are errors of fs', () => {
  const error = Object.assign(failed('EINVAL', 'm.bdm'), { syscall: 'read' });
  expect(isFileSystemError(error)).toBe(true);
  expect(fileProblem(error)).toEqual({
    code: 'file-system-error',
    message: expect.stringContaining('m.bdm'),
  });
  expect(fileProblem(failed('ERR_FS_EISDIR', 'm.bdm')).code).toBe('is-a-folder');
  expect(isFileSystemError(Object.assign(failed('EINVAL', 'program'), { syscall: 'spawn' }))).toBe(false);
});

test('other errors are not errors of fs', () => {
  for (const error of [new Error('no'), failed('ECONNREFUSED'), failed('toString'), { code: 'ENOENT' }])
    expect(isFileSystemError(error)).toBe(false);
});
