// As page-open.js, for networks in workers.
import * as worker from 'bd-edge/worker';

globalThis.bdEdge = worker;
globalThis.answer = 'ready';
