// `npm run playground`: builds the playground into build/site/playground, for any static server, and serves it. With
// --build, it only builds.
import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));
const SITE = join('build', 'site', 'playground');
const PORT = Number(process.env.PORT ?? 8700);

rmSync(SITE, { recursive: true, force: true });
mkdirSync(SITE, { recursive: true });
await build({
  entryPoints: { main: 'playground/main.ts', 'network-worker': 'sdk/worker/network-worker.ts' },
  outdir: SITE,
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
});
for (const page of ['index.html', 'style.css']) copyFileSync(join('playground', page), join(SITE, page));
cpSync(join('playground', 'models'), SITE, { recursive: true, filter: (path) => !path.endsWith('.md') });
// esbuild does not copy files that are found by `new URL`.
for (const wasm of ['mvp.wasm', 'simd.wasm', 'board.wasm', 'interpreted.wasm'])
  copyFileSync(join('sdk', 'builds', wasm), join(SITE, wasm));

if (process.argv.includes('--build')) console.log(`The playground is in ${SITE}.`);
else serve();

function serve() {
  const types = {
    '.html': 'text/html',
    '.js': 'text/javascript',
    '.css': 'text/css',
    '.json': 'application/json',
    '.wasm': 'application/wasm',
  };
  const server = createServer(async ({ url }, response) => {
    const path = pathOf(url);
    if (path === undefined) {
      response.writeHead(400).end();
      return;
    }
    const file = existsSync(join(path, 'index.html')) ? join(path, 'index.html') : path;
    const bytes = await readFile(file).catch(() => undefined);
    response.writeHead(bytes ? 200 : 404, {
      'Content-Type': types[extname(file)] ?? 'application/octet-stream',
    });
    response.end(bytes);
  });
  server.once('error', ({ message }) => {
    console.error(
      `The playground cannot be served: ${message}; choose another port: PORT=8701 npm run playground.`,
    );
    process.exit(1);
  });
  server.listen(PORT, '127.0.0.1', () => console.log(`The playground is at http://localhost:${PORT}/`));
}

/** Returns the path of a requested file, or undefined if the address is not one. */
function pathOf(url) {
  // No file here has a name with escapes, and `new URL` would throw for an address such as "//".
  const [pathname] = url.split('?');
  if (!pathname.startsWith('/') || pathname.includes('%')) return undefined;
  return join(SITE, normalize(pathname));
}
