// `npm run size`: what a page has to fetch, as a bundler makes it of the built package. Fails where it is more than
// the goal.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { compileModel, toJavaScript } from '@bd-edge/compile';
import { build } from 'esbuild';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));

const KB = 1024;
const mnist = compileModel(readFileSync('playground/models/mnist.bdm'));
const rows = [
  ['`load`, minified', await bundled("export { load } from './index.js'"), 6 * KB],
  ['mvp.wasm', readFileSync('sdk/dist/mvp.wasm'), 6 * KB],
  ['simd.wasm', readFileSync('sdk/dist/simd.wasm'), 20 * KB],
  ['MNIST, compiled, `.wasm`', mnist.wasm, 12 * KB],
  ['MNIST, compiled, `.mjs`', Buffer.from((await toJavaScript(mnist)).source), 12 * KB],
  ['all of `bd-edge`, minified', await bundled("export * from './index.js'")],
  ['all of `@bd-edge/sdk/inline`, minified', await bundled("export * from './inline.js'")],
];

const kilobytes = (bytes) => `${(bytes / KB).toFixed(1)} KB`;
console.log('| what | bytes | gzip | goal, gzip |\n| --- | --- | --- | --- |');
for (const [what, bytes, goal] of rows) {
  const compressed = gzipSync(bytes, { level: 9 }).length;
  const within = goal === undefined ? '' : `${compressed <= goal ? '' : 'MISSED: '}${kilobytes(goal)}`;
  console.log(`| ${what} | ${kilobytes(bytes.length)} | ${kilobytes(compressed)} | ${within} |`);
  if (compressed > goal) process.exitCode = 1;
}

/** What a bundler leaves of the package where a program is no more than `source`. */
async function bundled(source) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: 'sdk/dist' },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  });
  return outputFiles[0].contents;
}
