// cspell:ignore pagemap
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rejection } from '../testing/throws.js';
import { readRegularFile, readTextFile } from './read-file.js';

const isWindows = process.platform === 'win32';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bd-edge-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('reads files, empty ones, and files behind links', async () => {
  const [path, link, empty] = ['file', 'link', 'empty'].map((name) => join(folder, name));
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i);
  await writeFile(path, bytes);
  await writeFile(empty, '');
  await symlink(path, link);
  for (const name of [path, link]) expect(await readRegularFile(name)).toEqual(bytes);
  expect(await readTextFile(empty)).toBe('');
});

it('reports a missing file with the error of Node', async () => {
  const path = join(folder, 'none');
  await expect(readRegularFile(path)).rejects.toMatchObject({ code: 'ENOENT', path });
});

it('rejects a file above the limit without reading it', async () => {
  const path = join(folder, 'large');
  await writeFile(path, '');
  await truncate(path, 2 ** 33);
  const error = { name: 'FileError', code: 'file-too-large', path };
  expect(await rejection(readRegularFile(path))).toMatchObject(error);
  await writeFile(path, '12345');
  expect(await rejection(readRegularFile(path, 4))).toMatchObject(error);
  expect(await readTextFile(path, 5)).toBe('12345');
});

it('rejects a folder', async () => {
  const error = { name: 'FileError', code: 'is-a-folder', path: folder };
  expect(await rejection(readRegularFile(folder))).toMatchObject(error);
});

it.skipIf(isWindows)('rejects pipes, sockets and devices at once, also behind links', async () => {
  const [pipe, socket, link] = ['pipe', 'socket', 'link-to-device'].map((name) => join(folder, name));
  execFileSync('mkfifo', [pipe]);
  const server = createServer().listen(socket);
  await new Promise((resolve) => server.once('listening', resolve));
  await symlink('/dev/zero', link);
  for (const path of [pipe, socket, link, '/dev/zero', '/dev/tty'].filter((path) => existsSync(path)))
    expect(await rejection(readRegularFile(path))).toMatchObject({
      name: 'FileError',
      code: 'not-a-file',
      path,
    });
  server.close();
});

// Files under /proc are regular files of size 0 whose content may be endless.
it.skipIf(!existsSync('/proc/self/pagemap'))(
  'reads no more of a place under /proc than its size',
  async () => {
    expect((await readRegularFile('/proc/self/pagemap')).length).toBe(0);
  },
);
