import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { writeIdxFolder } from '../../trainer/data/testing.js';
import { bdEdgeWith } from '../testing/command.js';
import { temporaryFolder } from '../testing/folder.js';

const folder = temporaryFolder();

beforeAll(() => writeIdxFolder(join(folder, 'stripes'), { train: 150, test: 30 }));

test('prints the figures of a dataset, as a table or one object', () => {
  const { train, test, classNames, skipped } = JSON.parse(
    bdEdgeWith({ cwd: folder }, 'data', 'stripes', '--json').stdout,
  );
  expect(train).toMatchObject({
    count: 150,
    height: 28,
    width: 28,
    channels: 1,
    perClass: new Array(10).fill(15),
  });
  expect(train.mean[0]).toBeGreaterThan(test.mean[0] - 5);
  expect({ tests: test.count, classes: classNames.length, skipped }).toEqual({
    tests: 30,
    classes: 10,
    skipped: [],
  });
  expect(bdEdgeWith({ cwd: folder }, 'data', 'stripes').stdout).toMatch(
    /all\s+150\s+30\n\n28 x 28 x 1, values 0\.\.255\n/,
  );
});
