// `npm run size`: the bytes that a page has to fetch after bundling, and that npm installs. Fails where a goal is missed.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { compileModel, toJavaScript } from '@bd-edge/compile';
import { build } from 'esbuild';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));

const KB = 1024;
const mnist = compileModel(readFileSync('playground/models/mnist.bdm'));

print('what', 'bytes', 'gzip', 'goal, gzip');
size('`load`, minified', await bundled("export { load } from './index.js'"), 11 * KB);
size('mvp.wasm', readFileSync('sdk/dist/mvp.wasm'), 6 * KB);
size('simd.wasm', readFileSync('sdk/dist/simd.wasm'), 24 * KB);
size('MNIST, compiled, `.wasm`', mnist.wasm, 12 * KB);
size('MNIST, compiled, `.mjs`', Buffer.from((await toJavaScript(mnist)).source), 13 * KB);
size('all of `@bd-edge/sdk`, minified', await bundled("export * from './index.js'"));
size('all of `@bd-edge/sdk/inline`, minified', await bundled("export * from './inline.js'"));

packed('sdk', 160 * KB);
packed('import', 40 * KB);

/** Prints the size of a package as npm has it. */
function packed(workspace, goal) {
  const pack = ['pack', `--workspace=${workspace}`, '--dry-run', '--json', '--ignore-scripts'];
  const shell = process.platform === 'win32';
  const [{ unpackedSize, size }] = JSON.parse(
    execFileSync('npm', pack, { encoding: 'utf8', shell, stdio: ['ignore', 'pipe', 'ignore'] }),
  );
  printSizes(`\`@bd-edge/${workspace}\` as npm has it`, unpackedSize, size, goal);
}

function size(what, bytes, goal) {
  printSizes(what, bytes.length, gzipSync(bytes, { level: 9 }).length, goal);
}

function printSizes(what, plain, compressed, goal) {
  const missed = goal !== undefined && compressed > goal;
  if (missed) process.exitCode = 1;
  const limit = goal === undefined ? '' : `${missed ? 'MISSED: ' : ''}${kilobytes(goal)}`;
  print(what, kilobytes(plain), kilobytes(compressed), limit);
}

function kilobytes(bytes) {
  return `${(bytes / KB).toFixed(1)} KB`;
}

function print(...cells) {
  console.log(`| ${cells.join(' | ')} |`);
  if (cells[0] === 'what') console.log(`| ${cells.map(() => '---').join(' | ')} |`);
}

/** Bundles a program that consists of `source`. */
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
