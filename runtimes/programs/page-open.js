// A page for expressions of a test: tried() returns the outcome as plain data.
import * as bdEdge from '@bd-edge/sdk';

globalThis.bdEdge = bdEdge;
globalThis.tried = (work) =>
  work().then(
    ({ build }) => ({ build }),
    (error) => ({
      error: error.name,
      code: error.code,
      message: error.message,
      expected: error instanceof bdEdge.BdEdgeError,
    }),
  );
globalThis.answer = 'ready';
