// Like page-open.js, for networks in workers.
import * as worker from '@bd-edge/sdk/worker';

globalThis.bdEdge = worker;
globalThis.answer = 'ready';
