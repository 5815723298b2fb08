// Runs the cases in a page, with or without a bundler.
import { load } from '@bd-edge/sdk';
import { runCases } from './run-cases.js';

const cases = await (await fetch('/cases.json')).json();
globalThis.answer = runCases(load, cases);
