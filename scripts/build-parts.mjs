// Compiles assembly/parts/, what the linker in compile/ takes networks' modules from, with the settings of the engine
// itself, and wraps the bytes as TypeScript modules.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));
const { options, targets } = JSON.parse(readFileSync('asconfig.json', 'utf8'));

const ENTRIES = { mvp: 'assembly/parts/scalar.ts', simd: 'assembly/parts/simd.ts' };

for (const [build, entry] of Object.entries(ENTRIES)) {
  const outFile = `build/parts/${build}.wasm`;
  mkdirSync(dirname(outFile), { recursive: true });
  // Not by --config: its entries, the engine's own, would be compiled too. Internal functions may take vectors.
  const flags = flagsOf({ ...options, ...targets[build], outFile, disableWarning: 112 });
  const { error, stderr } = await asc.main([entry, '--config', 'none', ...flags]);
  if (error) {
    console.error(`The engine's ${build} parts do not compile: ${error.message}\n${stderr.toString()}`);
    process.exit(1);
  }
  const bytes = readFileSync(outFile);
  writeFileSync(
    `compile/${build}-parts.generated.ts`,
    `// Made by scripts/build-parts.mjs from assembly/parts/.\nexport default '${bytes.toString('base64')}';\n`,
  );
  console.error(`${outFile}: ${bytes.length} bytes`);
}

/** Settings of asconfig.json as arguments of the command. */
function flagsOf(settings) {
  return Object.entries(settings).flatMap(([name, value]) => {
    if (value === true) return [`--${name}`];
    return [value].flat().flatMap((one) => [`--${name}`, String(one)]);
  });
}
