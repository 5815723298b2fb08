// Like page.js, with the engine imported as a wasm file by a bundler's loader.
import { load } from '@bd-edge/sdk';
import engine from '@bd-edge/sdk/simd.wasm';
import { runCases } from './run-cases.js';

const cases = await (await fetch('/cases.json')).json();
globalThis.answer = runCases(load, cases, { engine });
