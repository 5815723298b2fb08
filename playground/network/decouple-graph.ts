import type { Epilogue, Graph, Op } from '@bd-edge/sdk';

/** Returns whether a network has ternary activations, which {@link decoupleGraph} makes binary. */
export function isCoupled(graph: Graph): boolean {
  return graph.ops.some(
    (op) => op.kind !== 'max-pool' && op.epilogue.kind === 'threshold' && op.epilogue.coupled,
  );
}

/**
 * Decouples a coupled network: each ternary activation becomes two binary ones, side by side in the channels, and the
 * next op has its weights twice. Every output is the same integer (BinaryDuo, section 3.3).
 */
export function decoupleGraph(graph: Graph): Graph {
  // Whether each tensor has two planes; the image has one.
  const coupled = [false];
  const channels = [graph.input.channels];
  const ops = graph.ops.map((op): Op => {
    const two = coupled[op.input];
    if (op.kind === 'max-pool') {
      coupled.push(two);
      channels.push(channels[op.input]);
      return op;
    }
    const { epilogue, filters } = op;
    const ternary = epilogue.kind === 'threshold' && epilogue.coupled;
    coupled.push(ternary);
    channels.push(ternary ? filters : outputsOf(epilogue));
    const binary: Epilogue = ternary ? { ...epilogue, coupled: false } : epilogue;
    if (!('weights' in op)) return { ...op, epilogue: binary };
    const weights = two ? twice(op.weights, channels[op.input]) : op.weights;
    return { ...op, weights, epilogue: binary };
  });
  return { ...graph, ops };
}

/** Returns the number of output channels: one or two for each sum. */
function outputsOf(epilogue: Epilogue): number {
  switch (epilogue.kind) {
    case 'threshold':
      return epilogue.thresholds.reduce((sum, { values }) => sum + values.length, 0);
    case 'sum':
      return epilogue.bias.length;
    case 'fixed-point':
      return epilogue.multipliers.length;
  }
}

/** Repeats the channels: [..., channels] becomes [..., 2 * channels]. */
function twice(weights: Int8Array, channels: number): Int8Array {
  const doubled = new Int8Array(2 * weights.length);
  for (let i = 0; i < weights.length; i += channels) {
    const row = weights.subarray(i, i + channels);
    doubled.set(row, 2 * i);
    doubled.set(row, 2 * i + channels);
  }
  return doubled;
}
