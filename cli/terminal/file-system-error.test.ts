import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { fileProblem, isFileSystemError } from './file-system-error.js';

const failed = (code: string, path?: string) =>
  Object.assign(new Error(code), { code, ...(path && { path }) });

test('a path that is wrong is to be checked, and a disk that is full is not a wrong path', async () => {
  const error = await readFile('no/where').catch((error) => error);
  expect(isFileSystemError(error)).toBe(true);
  expect(fileProblem(error)).toBe('There is no file or folder no/where; check the path.');
  for (const code of ['ENOSPC', 'EDQUOT'])
    expect(fileProblem(failed(code, 'm.bdm'))).toMatch(
      /full; cannot write m\.bdm; make room and try again\.$/,
    );
  expect(fileProblem(failed('EFBIG', 'm.bdm'))).toMatch(/cannot write m\.bdm; allow more \(ulimit -f\)/);
});

test('other errors are none of files', () => {
  for (const error of [new Error('no'), failed('ECONNREFUSED'), failed('toString'), { code: 'ENOENT' }])
    expect(isFileSystemError(error)).toBe(false);
});
