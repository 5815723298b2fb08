import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readArrayFile, UnreadableArrayFileError, writeArrayFile } from './array-file.js';

let directory: string;
let path: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bd-edge-'));
  path = join(directory, 'some.bin');
});
afterAll(() => rm(directory, { recursive: true }));

const files = fc.record({
  data: fc.jsonValue().filter((value) => !Object.is(value, -0) && !JSON.stringify(value).includes('-0')),
  arrays: fc.dictionary(
    fc.string().filter((name) => name !== '__proto__'),
    fc.oneof(
      fc.float32Array({ maxLength: 9 }),
      fc.int8Array({ maxLength: 9 }),
      fc.uint8Array({ maxLength: 9 }),
    ),
    { maxKeys: 4, noNullPrototype: true },
  ),
});

it('reads what was written, to the bit', async () => {
  await fc.assert(
    fc.asyncProperty(files, async (file) => {
      await writeArrayFile(path, file);
      const read = await readArrayFile(path);
      expect(read?.arrays).toEqual(file.arrays);
      expect(read?.data).toEqual(JSON.parse(JSON.stringify(file.data)));
    }),
    { numRuns: 30 },
  );
});

it('finds every damage: a file cut short, a byte changed, another file', async () => {
  await writeArrayFile(path, { data: { epoch: 3 }, arrays: { kernel: Float32Array.of(1, 2) } });
  const bytes = await readFile(path);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const changed = Buffer.from(bytes);
      changed[at] ^= change;
      for (const damaged of [changed, bytes.subarray(0, at)]) {
        await writeFile(path, damaged);
        await expect(readArrayFile(path)).rejects.toThrow(UnreadableArrayFileError);
      }
    }),
    { numRuns: 30 },
  );
});

it('reads and checks arrays that are longer than what is read at once', async () => {
  const images = new Uint8Array(5 * 2 ** 23 + 3).map((_, i) => (i * i) >> 7);
  await writeArrayFile(path, { data: {}, arrays: { few: Float32Array.of(1, 2), images } });
  const read = await readArrayFile(path);
  expect(Buffer.compare(read?.arrays.images as Uint8Array, images)).toBe(0);
  const bytes = await readFile(path);
  bytes[bytes.length - 1000] ^= 1;
  await writeFile(path, bytes);
  await expect(readArrayFile(path)).rejects.toThrow(UnreadableArrayFileError);
});

it('tells no such file from a damaged one', async () => {
  expect(await readArrayFile(join(directory, 'none.bin'))).toBeUndefined();
});
