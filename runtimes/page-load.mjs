// `npm run bench:page-load`: measures the time from the start of navigation to the first result of the MNIST network, in
// headless Chromium, from a local server, without a cache. The kinds of pages take turns, each in a new tab, and report to the
// server when they are done. `empty` does nothing, so it shows how busy the machine is.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { compileModel, toJavaScript } from '@bd-edge/compile';
import { encodeModel } from '@bd-edge/sdk';
import { build } from 'esbuild';
import { mnistGraph } from '../bench/networks.mjs';

const ROUNDS = 31;
const dist = new URL('../sdk/dist/', import.meta.url);
const model = encodeModel(mnistGraph());

const REPORT = "navigator.sendBeacon('/done', String(performance.now()));";
const run = (from) => `
  import { load } from '${from}';
  const network = await load('/model.bdm');
  network.run(new Uint8Array(784));
  ${REPORT}`;
const runCompiled = `
  import { run } from '/compiled.mjs';
  run(new Uint8Array(784));
  ${REPORT}`;
const { outputFiles } = await build({
  stdin: { contents: run('./index.js'), resolveDir: fileURLToPath(dist) },
  bundle: true,
  minify: true,
  format: 'esm',
  write: false,
});

const ahead = (...paths) =>
  paths.map((path) => `<link rel="preload" href="${path}" as="fetch" crossorigin>`).join('');
const script = (text) => `<script type="module">${text}</script>`;
const KINDS = {
  empty: script(REPORT),
  modules: script(run('/index.js')),
  'modules, preloaded': ahead('/simd.wasm', '/model.bdm') + script(run('/index.js')),
  bundle: '<script type="module" src="/bundle.js"></script>',
  'bundle, preloaded': `${ahead('/simd.wasm', '/model.bdm')}<script type="module" src="/bundle.js"></script>`,
  compiled: script(runCompiled),
};

const names = Object.keys(KINDS);
const files = {
  '/bundle.js': outputFiles[0].text,
  '/compiled.mjs': (await toJavaScript(compileModel(model))).source,
  '/model.bdm': model,
  ...Object.fromEntries(
    names.map((name, i) => [`/${i}.html`, `<!doctype html><title>-</title>${KINDS[name]}`]),
  ),
};
const TYPES = { html: 'text/html', js: 'text/javascript', mjs: 'text/javascript', wasm: 'application/wasm' };
let done = () => {};
const server = createServer(async (request, response) => {
  const { url } = request;
  if (url === '/done') {
    let text = '';
    for await (const piece of request) text += piece;
    response.writeHead(204).end();
    return done(Number(text));
  }
  const body = files[url] ?? (await readFile(new URL(`.${url}`, dist)).catch(() => undefined));
  const type = TYPES[url.split('.').at(-1)] ?? 'application/octet-stream';
  response
    .writeHead(body === undefined ? 404 : 200, { 'Content-Type': type, 'Cache-Control': 'no-store' })
    .end(body);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = `http://127.0.0.1:${server.address().port}`;

const executable = [process.env.BD_EDGE_CHROMIUM, '/usr/bin/chromium'].find(
  (path) => path && existsSync(path),
);
if (!executable) throw new Error('Chromium was not found; install it or set BD_EDGE_CHROMIUM.');
const profile = mkdtempSync(join(tmpdir(), 'bd-edge-page-load-'));
const browser = spawn(
  executable,
  [
    ...['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    ...['--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
  ],
  { stdio: ['ignore', 'ignore', 'pipe'] },
);
process.once('exit', () => browser.kill());
const control = await new Promise((resolve, reject) => {
  browser.once('exit', (code) => reject(new Error(`Chromium ended with ${code}.`)));
  createInterface({ input: browser.stderr }).on('line', (line) => {
    const [, host] = line.match(/DevTools listening on ws:\/\/([^/]+)/) ?? [];
    if (host) resolve(`http://${host}/json`);
  });
});
const { Browser: version } = await (await fetch(`${control}/version`)).json();

const times = names.map(() => []);
for (let round = 0; round < ROUNDS; round++) {
  for (const [kind, list] of times.entries()) {
    const finished = new Promise((resolve, reject) => {
      done = resolve;
      setTimeout(reject, 60_000, new Error(`The page "${names[kind]}" did not report.`)).unref();
    });
    const { id } = await (await fetch(`${control}/new?${address}/${kind}.html`, { method: 'put' })).json();
    const time = await finished;
    // The first page of each kind warms the browser, not the cache.
    if (round > 0) list.push(time);
    await fetch(`${control}/close/${id}`);
  }
}

console.log(`${version}, page load to first result, ms, of ${ROUNDS - 1} pages of each kind:\n`);
console.log('| page | median | least | 9 of 10 within |\n| --- | --- | --- | --- |');
for (const [kind, list] of times.entries()) {
  list.sort((a, b) => a - b);
  const [median, least, most] = [0.5, 0, 0.9].map((share) =>
    list[Math.round(share * (list.length - 1))].toFixed(0),
  );
  console.log(`| ${names[kind]} | ${median} | ${least} | ${most} |`);
}
const ended = new Promise((resolve) => browser.once('exit', resolve));
browser.kill();
await ended;
rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
server.close();
server.closeAllConnections();
