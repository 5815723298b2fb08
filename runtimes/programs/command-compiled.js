// node command-compiled.js build
import { readFileSync } from 'node:fs';
import { runCompiled } from './run-compiled.js';

const cases = JSON.parse(readFileSync(new URL('./compiled-cases.json', import.meta.url), 'utf8'));
console.log(JSON.stringify(await runCompiled(cases, process.argv[2])));
