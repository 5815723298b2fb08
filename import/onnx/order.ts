import { ImportError, refuserOf } from '../errors.js';
import type { OnnxModel, OnnxNode } from './read-model.js';

/**
 * Returns the nodes on which outputs of the graph depend, each after the nodes whose outputs it reads.
 *
 * @param outputs the names of tensors
 * @throws {ImportError} `cyclic-graph`, `missing-tensor`, `duplicate-tensor`
 */
export function orderedNodes(
  { nodes, initializers, inputs }: Pick<OnnxModel, 'nodes' | 'initializers' | 'inputs'>,
  outputs: readonly string[],
): OnnxNode[] {
  const writer = new Map<string, OnnxNode>();
  const given = new Set([...initializers.keys(), ...inputs.map(({ name }) => name)]);
  for (const node of nodes)
    for (const name of node.outputs) {
      if (name === '') continue;
      if (writer.has(name) || given.has(name))
        throw refuserOf(node)('duplicate-tensor', `another node or input already gives the tensor "${name}"`);
      writer.set(name, node);
    }

  const ordered: OnnxNode[] = [];
  const state = new Map<OnnxNode, 'open' | 'done'>();
  // A stack instead of recursion: a chain of nodes can be longer than the call stack.
  const stack: { node: OnnxNode; next: number }[] = [];
  const visit = (name: string, reader?: OnnxNode) => {
    if (name === '' || given.has(name)) return;
    const node = writer.get(name);
    if (!node)
      throw reader
        ? refuserOf(reader)('missing-tensor', `nothing in the file gives its input "${name}"`)
        : new ImportError('missing-tensor', `Nothing in the file gives the output "${name}".`, {
            node: name,
          });
    if (state.get(node) === 'open')
      throw refuserOf(node)('cyclic-graph', 'its output is needed to compute its input');
    if (state.has(node)) return;
    state.set(node, 'open');
    stack.push({ node, next: 0 });
  };
  for (const output of outputs) {
    visit(output);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      if (top.next < top.node.inputs.length) {
        visit(top.node.inputs[top.next++], top.node);
      } else {
        state.set(top.node, 'done');
        ordered.push(top.node);
        stack.pop();
      }
    }
  }
  return ordered;
}
