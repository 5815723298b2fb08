// Writes C sources as TypeScript modules, from which compile/ makes C code of networks.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));
const MODULES = {
  'firmware/kernels': 'compile/native/kernel-sources.generated.ts',
  'compile/library/c': 'compile/library/picture-sources.generated.ts',
};

for (const [folder, module] of Object.entries(MODULES)) {
  const files = readdirSync(folder)
    .filter((name) => /\.[ch]$/.test(name))
    .sort();
  const sources = Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  writeFileSync(
    module,
    `// Made by scripts/build-kernel-sources.mjs from ${folder}/.\nexport default ${JSON.stringify(sources, null, 1)};\n`,
  );
}
