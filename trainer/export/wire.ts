/**
 * A wire connects layers: one symbolic tensor, or the two tensors that stand side by side in the branches of
 * a decoupled network.
 */
import type * as tf from '../tensorflow/index.js';

/** One tensor, or the first and the second copy of one. */
export type Wire = readonly [tf.SymbolicTensor] | readonly [tf.SymbolicTensor, tf.SymbolicTensor];

/** Returns a key that is equal for equal wires. */
export function keyOf(wire: Wire): string {
  return wire.map(({ id }) => id).join();
}

/** Returns the wires that the layer of a wire reads. */
export function inputWires(wire: Wire): Wire[] {
  const [first, second] = wire.map(
    ({ sourceLayer, nodeIndex }) => sourceLayer.inboundNodes[nodeIndex].inputTensors,
  );
  return first.map((tensor, i): Wire => (second ? [tensor, second[i]] : [tensor]));
}

/** Whether two layers have the same class and settings, apart from their names and thresholds. */
export function haveSameSettings(layer: tf.layers.Layer, twin: tf.layers.Layer): boolean {
  if (layer === twin) return true;
  const settings = (of: tf.layers.Layer) => {
    const { name: _name, threshold: _threshold, ...config } = of.getConfig();
    return JSON.stringify([of.getClassName(), config]);
  };
  return settings(layer) === settings(twin);
}
