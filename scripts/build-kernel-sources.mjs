// Writes the C sources of firmware/kernels/ as a TypeScript module, from which compile/ makes C code of networks.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));
const FOLDER = 'firmware/kernels';

const files = readdirSync(FOLDER)
  .filter((name) => /\.[ch]$/.test(name))
  .sort();
const sources = Object.fromEntries(files.map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]));
writeFileSync(
  'compile/native/kernel-sources.generated.ts',
  `// Made by scripts/build-kernel-sources.mjs from ${FOLDER}/.\nexport default ${JSON.stringify(sources, null, 1)};\n`,
);
