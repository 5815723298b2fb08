// Like page.js, with the engine inside the bundle.
import { load } from '@bd-edge/sdk/inline';
import { runCases } from './run-cases.js';

const cases = await (await fetch('/cases.json')).json();
globalThis.answer = runCases(load, cases);
