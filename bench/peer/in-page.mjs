/** Compares in a page of headless Chromium: ours in the simd build, the peer's TFLite file in LiteRT.js. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const TIMEOUT_MS = 600_000;
const LITERT = new URL('../node_modules/@litertjs/core/wasm/', import.meta.url);
const SDK = new URL('../../sdk/dist/', import.meta.url);
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };

/** @param {any} work see compareWithPeer */
export async function compareInPage({ bytes, peer, pixels, images, effort }) {
  if (!existsSync(LITERT)) throw new Error('LiteRT.js is not installed: npm install --prefix bench');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('page.js', import.meta.url))],
    bundle: true,
    format: 'esm',
    write: false,
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const files = {
    '/index.html': '<!doctype html><title>-</title><script type="module" src="/page.js"></script>',
    '/page.js': outputFiles[0].text,
    '/model.bdm': bytes,
    '/peer.tflite': peer,
    '/pixels': images.pixels,
    '/labels': new Uint8Array(images.labels.buffer),
    '/work.json': JSON.stringify({ pixels, shape: images.shape, effort }),
  };
  return inChromium(files, (path) =>
    readFile(path.startsWith('/litert/') ? new URL(path.slice(8), LITERT) : new URL(path.slice(1), SDK)),
  );
}

/** Serves files to a page, and returns what it posts to /done. */
async function inChromium(files, readOther) {
  const executable = [process.env.BD_EDGE_CHROMIUM, '/usr/bin/chromium'].find(
    (path) => path && existsSync(path),
  );
  if (!executable) throw new Error('Chromium was not found; install it or set BD_EDGE_CHROMIUM.');
  const profile = mkdtempSync(join(tmpdir(), 'bd-edge-peer-'));
  let finish = (/** @type {any} */ _answer) => {};
  const server = createServer(async (request, response) => {
    // An isolated page gets a clock of 5 microseconds.
    const headers = {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    };
    const path = request.url ?? '/';
    if (path === '/done') {
      let text = '';
      for await (const piece of request) text += piece;
      response.writeHead(204).end();
      return finish(JSON.parse(text));
    }
    const body = files[path] ?? (await readOther(path).catch(() => undefined));
    const type = TYPES[path.slice(path.lastIndexOf('.'))] ?? 'application/octet-stream';
    response.writeHead(body === undefined ? 404 : 200, { ...headers, 'Content-Type': type }).end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const browser = spawn(
    executable,
    [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
      ...[`--user-data-dir=${profile}`, `http://127.0.0.1:${port}/index.html`],
    ],
    { stdio: 'ignore' },
  );
  try {
    const answer = await new Promise((resolve, reject) => {
      finish = resolve;
      setTimeout(reject, TIMEOUT_MS, new Error('the page did not answer')).unref();
      browser.once('exit', (code) => reject(new Error(`Chromium ended with ${code}.`)));
    });
    if (answer.error) throw new Error(`in the page: ${answer.error}`);
    return answer;
  } finally {
    const ended = new Promise((resolve) => browser.once('exit', resolve));
    browser.kill();
    await ended;
    server.close();
    server.closeAllConnections();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
