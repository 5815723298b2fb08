// Compiles assembly/parts/, from which the linker in compile/ makes the modules of networks. It uses the settings of the
// engine, and writes the bytes as TypeScript modules.
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
  // Without --config, whose entries would be compiled too. Internal functions may have vectors as parameters.
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

/** Converts settings of asconfig.json to command-line arguments. */
function flagsOf(settings) {
  return Object.entries(settings).flatMap(([name, value]) => {
    if (value === true) return [`--${name}`];
    return [value].flat().flatMap((one) => [`--${name}`, String(one)]);
  });
}
