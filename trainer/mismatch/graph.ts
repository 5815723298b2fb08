/**
 * Runs a layers model layer by layer, so that only the layers behind a changed one are computed again. Layers
 * run as in prediction: batch norm uses its moving statistics, and dropout does nothing.
 */
import * as tf from '../tensorflow/index.js';

type Layer = tf.layers.Layer;

interface Step {
  layer: Layer;
  inputs: tf.SymbolicTensor[];
  output: tf.SymbolicTensor;
}

/** Tensors by the id of the model's symbolic tensor. */
export type Values = ReadonlyMap<number, tf.Tensor>;

export class LayerGraph {
  /** In an order in which each step comes behind its inputs. */
  private readonly steps: Step[] = [];

  /** @param model has one input and one output; a model inside of it counts as one layer */
  constructor(private readonly model: tf.LayersModel) {
    const seen = new Set(model.inputs.map(({ id }) => id));
    const visit = (output: tf.SymbolicTensor) => {
      if (seen.has(output.id)) return;
      seen.add(output.id);
      const inputs = output.sourceLayer.inboundNodes[output.nodeIndex].inputTensors;
      inputs.forEach(visit);
      this.steps.push({ layer: output.sourceLayer, inputs, output });
    };
    visit(model.outputs[0]);
  }

  /** Returns every value of a batch, the input included. The caller disposes them. */
  run(input: tf.Tensor): Map<number, tf.Tensor> {
    const values = new Map([[this.model.inputs[0].id, input]]);
    for (const step of this.steps) values.set(step.output.id, apply(step, values));
    return values;
  }

  /** Returns the steps that must be computed again after a change in `layer`. */
  after(layer: Layer): Step[] {
    const changed = new Set<number>();
    return this.steps.filter((step) => {
      const affected = step.layer === layer || step.inputs.some(({ id }) => changed.has(id));
      if (affected) changed.add(step.output.id);
      return affected;
    });
  }

  /** Computes `steps` again, with all other values from `values`. @returns the model's output */
  rerun(steps: Step[], values: Values): Float32Array {
    const output = tf.tidy(() => {
      const current = new Map(values);
      for (const step of steps) current.set(step.output.id, apply(step, current));
      return current.get(this.model.outputs[0].id) as tf.Tensor;
    });
    const numbers = output.dataSync() as Float32Array;
    output.dispose();
    return numbers;
  }
}

function apply({ layer, inputs }: Step, values: Values): tf.Tensor {
  const tensors = inputs.map(({ id }) => values.get(id) as tf.Tensor);
  return layer.apply(tensors.length === 1 ? tensors[0] : tensors, { training: false }) as tf.Tensor;
}
