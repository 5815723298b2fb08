import fc from 'fast-check';
import { kernelGraph } from '../../sdk/testing/kernel-graph.js';
import { random, randomGraph, randomImage } from '../../sdk/testing/random-graph.js';
import { testLayers } from '../testing/layers-on-boards.js';

testLayers({
  /** Any op of a random graph: int8 and binary convolutions, pools, thresholds and functions of streams. */
  layers: fc.integer().map((seed) => {
    const rng = random(seed);
    const graph = rng.chance(0.5) ? kernelGraph(rng) : randomGraph(rng, 3);
    return { graph, index: rng.integer(0, graph.ops.length - 1), image: randomImage(rng, graph) };
  }),
  /** None, too few for tables, some filters, all. */
  moreScratch: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 600 }),
    fc.integer({ min: 0, max: 8000 }),
    fc.constant(50_000),
  ),
  boardRuns: 40,
});
