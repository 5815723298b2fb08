import fc from 'fast-check';
import { random } from '../../sdk/testing/random-graph.js';
import { binaryLayer } from '../testing/binary-graph.js';
import { testLayers } from '../testing/layers-on-boards.js';

testLayers({
  layers: fc.integer().map((seed) => binaryLayer(random(seed))),
  /** None, some, enough for a part of the lists, enough for all. */
  moreScratch: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 500 }),
    fc.integer({ min: 0, max: 10_000 }),
    fc.constant(50_000),
  ),
  boardRuns: 20,
});
