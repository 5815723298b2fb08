// `npm run playground`: builds the playground into build/site/playground, for any static server, and serves it. With
// --build, it only builds.
import { copyFileSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { staticServer } from './static-server.mjs';

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
  const server = staticServer(SITE);
  server.once('error', ({ message }) => {
    console.error(
      `The playground cannot be served: ${message}; choose another port: PORT=8701 npm run playground.`,
    );
    process.exit(1);
  });
  server.listen(PORT, '127.0.0.1', () => console.log(`The playground is at http://localhost:${PORT}/`));
}
