/**
 * `npm run setup:runtimes`: installs WebAssembly runtimes outside of JavaScript from the Python package index into
 * build/runtimes. Only tests use them. pip compiles wasm3, which needs a C compiler.
 */
import { installPythonFolder } from './python-folder.mjs';

const problem = installPythonFolder('runtimes.txt', 'runtimes');
if (problem !== undefined) {
  console.error(problem);
  process.exitCode = 1;
}
