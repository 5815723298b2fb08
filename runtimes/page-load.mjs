// `npm run bench:page-load`: from the start of navigation to the first result of the MNIST network, in headless
// Chromium, from a server on this machine, each time with an empty cache. The median of pages that take turns; `empty`
// is a page with nothing in it, which tells how busy the machine is.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { mnistGraph } from '../bench/networks.mjs';
import { encodeModel } from '../dist/index.js';

const ROUNDS = 31;
const dist = new URL('../dist/', import.meta.url);
const program = (from) => `
  import { load } from '${from}';
  const network = await load('/model.bdm');
  network.run(new Uint8Array(784));
  globalThis.milliseconds = performance.now();`;
const { outputFiles } = await build({
  stdin: { contents: program('./index.js'), resolveDir: fileURLToPath(dist) },
  bundle: true,
  minify: true,
  format: 'esm',
  write: false,
});
const page = (script) => ({ type: 'text/html', body: `<!doctype html><title>-</title>${script}` });
const files = {
  '/empty': page('<script type="module">globalThis.milliseconds = performance.now();</script>'),
  '/modules': page(`<script type="module">${program('/index.js')}</script>`),
  '/bundle': page('<script type="module" src="/bundle.js"></script>'),
  '/bundle.js': { type: 'text/javascript', body: outputFiles[0].text },
  '/model.bdm': { type: 'application/octet-stream', body: encodeModel(mnistGraph()) },
};
const server = createServer(async ({ url }, response) => {
  const type = url.endsWith('.js') ? 'text/javascript' : 'application/wasm';
  const file = files[url] ?? { type, body: await readFile(new URL(`.${url}`, dist)).catch(() => undefined) };
  response.writeHead(file.body === undefined ? 404 : 200, { 'Content-Type': file.type }).end(file.body);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

const executablePath = [process.env.BD_EDGE_CHROMIUM, '/usr/bin/chromium'].find(
  (path) => path && existsSync(path),
);
const browser = await chromium.launch({
  executablePath,
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const times = { empty: [], modules: [], bundle: [] };
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, list] of Object.entries(times)) {
    const context = await browser.newContext();
    const tab = await context.newPage();
    await tab.goto(`http://127.0.0.1:${server.address().port}/${name}`);
    await tab.waitForFunction('globalThis.milliseconds !== undefined');
    list.push(await tab.evaluate('globalThis.milliseconds'));
    await context.close();
  }
}
console.log(
  `Chromium ${browser.version()}, page load to first result, ms, median (least to most) of ${ROUNDS}:`,
);
for (const [name, list] of Object.entries(times)) {
  list.sort((a, b) => a - b);
  const [least, median, most] = [0, 0.5, 1].map((share) => list[Math.round(share * (ROUNDS - 1))].toFixed(0));
  console.log(`${name.padEnd(8)} ${median} (${least} to ${most})`);
}
await browser.close();
server.close();
server.closeAllConnections();
