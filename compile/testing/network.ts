import { encodeModel } from '../../sdk/format/encode.js';
import type { Graph, Metadata } from '../../sdk/format/graph.js';
import { random, randomGraph, randomImage } from '../../sdk/testing/random-graph.js';

/** A small network, an image for it, and its `.bdm` with some metadata. */
export function smallNetwork(metadata: Metadata = { name: 'small' }): {
  graph: Graph;
  image: Uint8Array;
  bytes: Uint8Array;
} {
  const graph = randomGraph(random(11), 2);
  return { graph, image: randomImage(random(5), graph), bytes: encodeModel({ ...graph, metadata }) };
}
