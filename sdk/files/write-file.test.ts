import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fullDisk } from '../testing/full-disk.js';
import { rejection } from '../testing/throws.js';
import { writeFileWhole } from './write-file.js';

vi.mock('node:fs/promises', async (original) =>
  (await import('../testing/full-disk.js')).canBeFull(await original()),
);

const bytesOf = (text: string) => Buffer.from(text);

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bd-edge-'));
});
afterEach(async () => {
  fullDisk.path = undefined;
  await rm(directory, { recursive: true });
});

it('writes and replaces, and leaves no other files', async () => {
  const path = join(directory, 'log.json');
  await writeFileWhole(path, 'old');
  await writeFileWhole(path, Uint8Array.of(1, 2));
  expect(Array.from(await readFile(path))).toEqual([1, 2]);
  expect(await readdir(directory)).toEqual(['log.json']);
});

it('is complete after many writers at once', async () => {
  const path = join(directory, 'log.json');
  const contents = Array.from({ length: 20 }, (_, i) => String.fromCharCode(97 + i).repeat(1000 * (i + 1)));
  await Promise.all(contents.map((content) => writeFileWhole(path, content)));
  expect(contents).toContain(await readFile(path, 'utf8'));
  expect(await readdir(directory)).toEqual(['log.json']);
});

it('replaces the target of a link with the same permissions, and writes into special files that a user named', async () => {
  const [path, link, pipe] = ['file', 'link', 'pipe'].map((name) => join(directory, name));
  await writeFile(path, 'old', { mode: 0o600 });
  await symlink(path, link);
  await writeFileWhole(link, 'new');
  expect(await readFile(path, 'utf8')).toBe('new');
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
  if (process.platform === 'win32') return;
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  execFileSync('mkfifo', [pipe]);
  // Without a reader, writing would wait.
  await expect(writeFileWhole(pipe, 'x')).rejects.toMatchObject({ code: 'not-a-file', path: pipe });
  const [text] = await Promise.all([
    readFile(pipe, 'utf8'),
    writeFileWhole(pipe, ['to ', 'a reader'].map(bytesOf), { special: true }),
  ]);
  expect(text).toBe('to a reader');
});

it('names the folder if it does not exist', async () => {
  const folder = join(directory, 'none');
  const missing = { code: 'ENOENT', path: folder };
  await expect(writeFileWhole(join(folder, 'log.json'), 'x')).rejects.toMatchObject(missing);
});

// Every write to Linux's /dev/full fails as on a full disk.
it.skipIf(!existsSync('/dev/full'))('reports a full disk and keeps the previous file', async () => {
  const path = join(directory, 'log.json');
  await writeFileWhole(path, 'old');
  fullDisk.path = path;
  const error = await rejection(writeFileWhole(path, 'new'));
  expect(error).toMatchObject({ name: 'FileError', code: 'disk-full', path });
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(directory)).toEqual(['log.json']);
});

it.skipIf(process.platform === 'win32')('keeps the mode of a file, whatever the umask', async () => {
  const path = join(directory, 'shared');
  for (const mode of [0o666, 0o664, 0o600, 0o755]) {
    await writeFile(path, 'old');
    await chmod(path, mode);
    await writeFileWhole(path, 'new');
    expect((await stat(path)).mode & 0o777).toBe(mode);
  }
});

it('removes what killed processes of this computer left of the same file, and nothing else', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']); // it has ended
  const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
  const names = {
    gone: `log.json.${pid}-${host}00000000.partial`,
    living: `log.json.${process.pid}-${host}00000000.partial`,
    elsewhere: `log.json.${pid}-0123456700000000.partial`,
    other: `other.json.${pid}-${host}00000000.partial`,
    own: 'log.json.notes.partial',
  };
  for (const name of Object.values(names)) await writeFile(join(directory, name), '');
  await writeFileWhole(join(directory, 'log.json'), 'x');
  const { gone: _, ...kept } = names;
  expect((await readdir(directory)).sort()).toEqual(['log.json', ...Object.values(kept)].sort());
});
