import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { staticServer } from './static-server.mjs';

const outer = mkdtempSync(join(tmpdir(), 'bd-edge-static-'));
const folder = join(outer, 'site');
const server = staticServer(folder);

beforeAll(async () => {
  mkdirSync(join(folder, 'inner'), { recursive: true });
  writeFileSync(join(outer, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'index.html'), 'start');
  writeFileSync(join(folder, 'a.wasm'), 'wasm');
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(outer, { recursive: true });
});

/** Sends bytes as they are, which `fetch` would not. @returns the answer, whole */
function ask(text: string): Promise<string> {
  const { port } = server.address() as { port: number };
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('latin1');
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}
const get = (path: string, method = 'GET') =>
  ask(`${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);

test.each([
  ['/', 200, 'text/html', 'start'],
  ['//', 200, 'text/html', 'start'],
  ['///', 200, 'text/html', 'start'],
  ['/?a=//', 200, 'text/html', 'start'],
  ['/a.wasm', 200, 'application/wasm', 'wasm'],
])('%s is served', async (path, status, type, body) => {
  const answer = await get(path);
  expect(answer).toContain(`HTTP/1.1 ${status} `);
  expect(answer).toContain(`Content-Type: ${type}\r\n`);
  expect(answer.endsWith(`\r\n\r\n${body}`)).toBe(true);
});

test.each([
  ['//host:99999999/', 400],
  ['/inner/', 404],
  ['/inner', 404],
  ['/none', 404],
  ['/index.html/', 404],
  ['/%', 400],
  ['/%00', 400],
  ['/%2e%2e/secret.txt', 400],
  ['/../secret.txt', 400],
  ['/inner/../../secret.txt', 400],
  ['/..\\secret.txt', 400],
  ['http://[/', 400],
  ['*', 400],
])('%s is not: %i, and the server goes on', async (path, status) => {
  const answer = await get(path);
  expect(answer).toContain(`HTTP/1.1 ${status} `);
  expect(answer).not.toContain('secret');
  expect(await get('/')).toContain('start');
});

test('other methods, and what is not HTTP', async () => {
  expect(await get('/', 'POST')).toContain('HTTP/1.1 405 ');
  expect(await get('/', 'HEAD')).not.toContain('start');
  await ask('\0\0\0\r\n\r\n');
  await ask('GET\r\n\r\n');
  expect(await get('/')).toContain('start');
});

test('whatever is asked for', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string(),
      fc.array(fc.constantFrom('/', '.', '..', '//', 'inner', '\\', 'secret.txt', '%2f')),
      async (text, parts) => {
        for (const path of [`/${text.replace(/\s/g, '')}`, `/${parts.join('/')}`]) {
          expect(await get(path)).not.toContain('\r\n\r\nsecret');
        }
        expect(await get('/a.wasm')).toContain('wasm');
      },
    ),
    { numRuns: 60 },
  );
});
