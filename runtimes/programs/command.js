// For runtimes with files and a command line: node command.js [build]
import { readFileSync } from 'node:fs';
import { load } from '@bd-edge/sdk';
import { runCases } from './run-cases.js';

const cases = JSON.parse(readFileSync(new URL('./cases.json', import.meta.url), 'utf8'));
const build = process.argv[2];
console.log(JSON.stringify(await runCases(load, cases, { build })));
