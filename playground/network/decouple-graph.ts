import type { Epilogue, Graph, Node } from '@bd-edge/sdk';

/** Whether a network has ternary activations, which {@link decoupleGraph} makes binary. */
export function isCoupled(graph: Graph): boolean {
  return graph.nodes.some(
    (node) => node.kind !== 'max-pool' && node.epilogue.kind === 'threshold' && node.epilogue.coupled,
  );
}

/**
 * The decoupled network of a coupled one: each ternary activation becomes two binary ones, side by side in the
 * channels, and the layer behind has its weights twice. Every output is the same integer (BinaryDuo, section 3.3).
 */
export function decoupleGraph(graph: Graph): Graph {
  // Whether each tensor has two planes; the image has not.
  const coupled = [false];
  const channels = [graph.input.channels];
  const nodes = graph.nodes.map((node): Node => {
    const two = coupled[node.input];
    if (node.kind === 'max-pool') {
      coupled.push(two);
      channels.push(channels[node.input]);
      return node;
    }
    const { epilogue, filters } = node;
    const ternary = epilogue.kind === 'threshold' && epilogue.coupled;
    coupled.push(ternary);
    channels.push(ternary ? filters : outputsOf(epilogue));
    const binary: Epilogue = ternary ? { ...epilogue, coupled: false } : epilogue;
    if (!('weights' in node)) return { ...node, epilogue: binary };
    const weights = two ? twice(node.weights, channels[node.input]) : node.weights;
    return { ...node, weights, epilogue: binary };
  });
  return { ...graph, nodes };
}

/** Channels of what an op gives: one or two for each of its sums. */
function outputsOf(epilogue: Epilogue): number {
  switch (epilogue.kind) {
    case 'threshold':
      return epilogue.cuts.reduce((sum, { thresholds }) => sum + thresholds.length, 0);
    case 'sum':
      return epilogue.bias.length;
    case 'fixed-point':
      return epilogue.multipliers.length;
  }
}

/** [..., channels] becomes [..., 2 * channels]. */
function twice(weights: Int8Array, channels: number): Int8Array {
  const doubled = new Int8Array(2 * weights.length);
  for (let i = 0; i < weights.length; i += channels) {
    const row = weights.subarray(i, i + channels);
    doubled.set(row, 2 * i);
    doubled.set(row, 2 * i + channels);
  }
  return doubled;
}
