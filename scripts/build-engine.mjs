// Compiles assembly/ to wasm and wraps the bytes as a TypeScript module, so that every bundler can carry them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);
const { targets } = JSON.parse(readFileSync('asconfig.json', 'utf8'));

for (const [name, { outFile }] of Object.entries(targets)) {
  mkdirSync(dirname(outFile), { recursive: true });
  const { error, stderr } = await asc.main(['--config', 'asconfig.json', '--target', name]);
  if (error) {
    console.error(`The engine's ${name} build does not compile: ${error.message}\n${stderr.toString()}`);
    process.exit(1);
  }
  const bytes = readFileSync(outFile);
  const moduleFile = join('sdk', 'engine', `${name}.generated.ts`);
  writeFileSync(
    moduleFile,
    `// Made by scripts/build-engine.mjs from assembly/.\nexport default '${bytes.toString('base64')}';\n`,
  );
  console.error(`${outFile}: ${bytes.length} bytes`);
}
