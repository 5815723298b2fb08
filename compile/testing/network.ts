import type { Graph, Metadata } from '@bd-edge/sdk/internal';
import { encodeModel } from '@bd-edge/sdk/internal';
import { random, randomGraph, randomImage } from '../../sdk/testing/random-graph.js';

/** Makes a small network, an image for it, and its `.bdm` with metadata. */
export function smallNetwork(metadata: Metadata = { name: 'small' }): {
  graph: Graph;
  image: Uint8Array;
  bytes: Uint8Array;
} {
  const graph = randomGraph(random(11), 2);
  return { graph, image: randomImage(random(5), graph), bytes: encodeModel({ ...graph, metadata }) };
}
