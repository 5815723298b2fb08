// Runs before `npm pack` and `npm publish` of a package, in its folder: builds what is missing or out of date, and
// copies the license, which npm packs only from the package's own folder.
import { copyFileSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const license = fileURLToPath(new URL('../LICENSE', import.meta.url));
copyFileSync(license, 'LICENSE');
if (existsSync('tsup.config.ts')) await import('./prepare.mjs');
