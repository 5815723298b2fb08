import { load } from '@bd-edge/sdk';
import { runCases } from './run-cases.js';

// Without top-level await: bundlers may make a classic script.
fetch('/cases.json')
  .then((answer) => answer.json())
  .then((cases) => runCases(load, cases))
  .then(postMessage);
