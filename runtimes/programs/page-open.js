// A page that is ready for whatever a test tries: tried() says how it went, in words that travel.
import * as bdEdge from '@bd-edge/sdk';

globalThis.bdEdge = bdEdge;
globalThis.tried = (work) =>
  work().then(
    ({ build }) => ({ build }),
    (error) => ({ error: error.name, message: error.message, expected: error instanceof bdEdge.BdEdgeError }),
  );
globalThis.answer = 'ready';
