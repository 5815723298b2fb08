import { type Graph, type Op, opInputs } from '@bd-edge/sdk/internal';

/**
 * Removes ops whose output no other op reads, except for the last one.
 *
 * @returns the graph, and the new number of each tensor; -1 if it was removed
 */
export function withoutUnread(graph: Graph): { graph: Graph; tensorOf: number[] } {
  const last = graph.ops.length - 1;
  const isRead = new Uint8Array(graph.ops.length + 1);
  isRead[0] = isRead[last + 1] = 1;
  for (let op = last; op >= 0; op--)
    if (isRead[op + 1]) for (const tensor of opInputs(graph.ops[op])) isRead[tensor] = 1;
  const tensorOf: number[] = [];
  let count = 0;
  for (const read of isRead) tensorOf.push(read ? count++ : -1);
  const ops = graph.ops.filter((_, op) => isRead[op + 1]).map((op) => renumbered(op, tensorOf));
  return { graph: { ...graph, ops }, tensorOf };
}

function renumbered(op: Op, tensorOf: readonly number[]): Op {
  const input = tensorOf[op.input];
  if (!('epilogue' in op) || op.epilogue.kind !== 'fixed-point') return { ...op, input };
  return { ...op, input, epilogue: { ...op.epilogue, addend: tensorOf[op.epilogue.addend] } };
}
