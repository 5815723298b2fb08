// Compiles assembly/ to wasm files beside sdk/builds/builds.ts, which refers to them. For `@bd-edge/sdk/inline`, it also
// writes them as strings.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);
const { targets } = JSON.parse(readFileSync('asconfig.json', 'utf8'));

/** Entries of a build besides those of all builds. */
const ADDITIONAL_ENTRIES = { 'simd-threads': ['assembly/threads.ts'] };

let inline = '// Made by scripts/build-engine.mjs from assembly/.\n';
for (const [name, { outFile }] of Object.entries(targets)) {
  mkdirSync(dirname(outFile), { recursive: true });
  const { error, stderr } = await asc.main([
    ...(ADDITIONAL_ENTRIES[name] ?? []),
    '--config',
    'asconfig.json',
    '--target',
    name,
  ]);
  if (error) {
    console.error(`The engine's ${name} build does not compile: ${error.message}\n${stderr.toString()}`);
    process.exit(1);
  }
  const bytes = readFileSync(outFile);
  copyFileSync(outFile, join('sdk', 'builds', `${name}.wasm`));
  inline += `export const ${camelCase(name)} = '${bytes.toString('base64')}';\n`;
  console.error(`${outFile}: ${bytes.length} bytes`);
}
writeFileSync(join('sdk', 'builds', 'inline.generated.ts'), inline);

function camelCase(name) {
  return name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}
