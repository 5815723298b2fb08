// As page.js, where the bundler is told how to carry a wasm file, and the program takes what it makes of it.
import { load } from '@bd-edge/sdk';
import engine from '@bd-edge/sdk/simd.wasm';
import { runCases } from './run-cases.js';

const cases = await (await fetch('/cases.json')).json();
globalThis.answer = runCases(load, cases, { engine });
