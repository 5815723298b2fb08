import { load } from 'bd-edge';
import { runCases } from './run-cases.js';

const cases = await (await fetch('/cases.json')).json();
postMessage(await runCases(load, cases));
