import { encodeModel, type Graph, parseModel, referenceLogits } from '@bd-edge/sdk/internal';
import { mnistGraph } from '../../bench/networks.mjs';
import { random, randomGraph, randomImage } from '../../sdk/testing/random-graph.js';

/** A network and images, as base64. */
export interface Case {
  model: string;
  images: string[];
}

const IMAGES = 8;
const graphs: Graph[] = [
  mnistGraph() as Graph,
  ...Array.from({ length: 40 }, (_, seed) => randomGraph(random(seed), seed % 5)),
];

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const imagesOf = (graph: Graph) =>
  Array.from({ length: IMAGES }, (_, seed) => randomImage(random(seed), graph));

/** Networks with every kind of layer, with images. */
export const cases: Case[] = graphs.map((graph) => ({
  model: base64(encodeModel(graph)),
  images: imagesOf(graph).map(base64),
}));

/** The reference's logits: [case][image][logit]. */
export const expectedLogits: number[][][] = graphs.map((graph) => {
  const model = parseModel(encodeModel(graph));
  return imagesOf(graph).map((image) => [...referenceLogits(model, image)]);
});
