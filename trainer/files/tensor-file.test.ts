import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rejection } from '../../sdk/testing/throws.js';
import { parseSafetensors, type Tensor } from './safetensors.js';
import { readTensorFile, writeTensorFile } from './tensor-file.js';

let directory: string;
let path: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bd-edge-'));
  path = join(directory, 'some.safetensors');
});
afterAll(() => rm(directory, { recursive: true }));

const vector = (values: Tensor['values']): Tensor => ({ shape: [values.length], values });
const data = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('-0'));

it('reads what was written, to the bit', async () => {
  await fc.assert(
    fc.asyncProperty(data, fc.float32Array({ maxLength: 9 }), async (data, values) => {
      const tensors = new Map([['some', vector(values)]]);
      await writeTensorFile(path, { data, tensors });
      expect(await readTensorFile(path)).toEqual({ data: JSON.parse(JSON.stringify(data)), tensors });
    }),
    { numRuns: 30 },
  );
});

it('is a safetensors file', async () => {
  await writeTensorFile(path, { data: { epoch: 3 }, tensors: new Map() });
  const { metadata } = parseSafetensors(await readFile(path), path);
  expect(metadata.get('data')).toBe('{"epoch":3}');
});

it('rejects every damage: a truncated file, a changed byte', async () => {
  await writeTensorFile(path, {
    data: { epoch: 3 },
    tensors: new Map([['a', vector(Float32Array.of(1, 2))]]),
  });
  const bytes = await readFile(path);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const changed = Buffer.from(bytes);
      changed[at] ^= change;
      for (const damaged of [changed, bytes.subarray(0, at)]) {
        await writeFile(path, damaged);
        const error = await rejection(readTensorFile(path));
        expect(error).toMatchObject({ name: 'FileError', code: 'invalid-tensor-file', path });
      }
    }),
    { numRuns: 60 },
  );
});

it('reads and checks tensors that are longer than one read', async () => {
  const images = new Uint8Array(5 * 2 ** 23 + 3).map((_, i) => (i * i) >> 7);
  const tensors = new Map([
    ['few', vector(Float32Array.of(1, 2))],
    ['images', vector(images)],
  ]);
  await writeTensorFile(path, { data: {}, tensors });
  const read = await readTensorFile(path);
  expect(Buffer.compare(read?.tensors.get('images')?.values as Uint8Array, images)).toBe(0);
  const bytes = await readFile(path);
  bytes[bytes.length - 1000] ^= 1;
  await writeFile(path, bytes);
  expect((await rejection(readTensorFile(path))).code).toBe('invalid-tensor-file');
});

it('returns undefined for a missing file', async () => {
  expect(await readTensorFile(join(directory, 'none.safetensors'))).toBeUndefined();
});
