// For runtimes with a command line: node command-threads.js COUNT runs the first cases on two threads.
import { readFileSync } from 'node:fs';
import { load } from '@bd-edge/sdk';
import { runThreads } from './run-threads.js';

const cases = JSON.parse(readFileSync(new URL('./cases.json', import.meta.url), 'utf8'));
console.log(JSON.stringify(await runThreads(load, cases.slice(0, process.argv[2]), 2)));
