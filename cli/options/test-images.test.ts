import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeModel, type Metadata, parseModel } from '@bd-edge/sdk';
import { UnknownDatasetError } from '@bd-edge/trainer/internal';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { denseNetwork } from '../../firmware-host/testing/network.js';
import { writeIdxFolder } from '../../trainer/data/testing.js';
import { loadForPacked, OtherClassesError, OwnDataMissingError } from './test-images.js';

const folder = mkdtempSync(join(tmpdir(), 'bd-edge-test-images-'));
const stripes = join(folder, 'stripes');

beforeAll(() => writeIdxFolder(stripes, { train: 20, test: 10 }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A network of ten classes for images of 28 x 28. */
function packed(metadata?: object): Uint8Array {
  const { input, ops, outputScale } = parseModel(denseNetwork({ side: 28 }));
  return encodeModel({ input, ops, outputScale, metadata: metadata as Metadata });
}

const load = (metadata?: object, data?: string) =>
  loadForPacked(packed(metadata), { data, corrupt: 'refuse' });

describe('without a name, the dataset is', () => {
  test('what the model was trained on', async () => {
    expect(await load({ training: { data: stripes } })).toMatchObject({
      name: 'stripes',
      test: { count: 10 },
    });
  });

  test.each([undefined, {}, { training: null }, { training: 'mnist' }, { training: { data: 5 } }])(
    'mnist where the model says %j',
    async (metadata) => {
      expect((await load(metadata)).name).toBe('mnist');
    },
  );

  test('asked for where the own one is not here', async () => {
    const missing = load({ training: { data: 'gone' } });
    await expect(missing).rejects.toThrow(OwnDataMissingError);
    await expect(missing).rejects.toThrow(
      'The model was trained on "gone", which is no dataset or folder here; name its images with --data.',
    );
  });
});

test('a name goes before what the model says', async () => {
  expect((await load({ training: { data: 'pics' } }, stripes)).name).toBe('stripes');
  const unknown = load({ training: { data: stripes } }, 'pics');
  await expect(unknown).rejects.toThrow(UnknownDatasetError);
  await expect(unknown).rejects.toThrow('There is no dataset or folder "pics"; there are: ');
});

test('other classes than those of the model are refused, also in another order', async () => {
  const digits = Array.from('0123456789');
  expect((await load({ labels: digits }, stripes)).classNames).toEqual(digits);
  for (const labels of [digits.toReversed(), digits.with(3, 'three')]) {
    const other = load({ labels }, stripes);
    await expect(other).rejects.toThrow(OtherClassesError);
    await expect(other).rejects.toThrow(
      `The model tells ${labels.join(', ')} apart, but the classes of stripes are ${digits.join(', ')}; ` +
        'name images of its own classes with --data.',
    );
  }
});

test('fewer classes than the model has are refused', async () => {
  const few = join(folder, 'few');
  await writeIdxFolder(few, { train: 3, test: 3 });
  await expect(load({ labels: Array.from('0123456789') }, few)).rejects.toThrow(
    'the classes of few are 0, 1, 2;',
  );
});
