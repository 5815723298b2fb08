import { load } from '@bd-edge/sdk';
import { runCases } from './run-cases.js';

// No await at the top: a bundler's default for workers may be a classic script.
fetch('/cases.json')
  .then((answer) => answer.json())
  .then((cases) => runCases(load, cases))
  .then(postMessage);
