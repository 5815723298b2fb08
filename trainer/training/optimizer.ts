/**
 * The optimizers. State and arithmetic use plain arrays: for networks with a few ten thousand weights, a dozen tensor
 * operations for each variable would cost far more than the arithmetic.
 *
 *     Adam      m <- b1 m + (1 - b1) g,  v <- b2 v + (1 - b2) g^2
 *               w <- w - r * (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon)
 *               (Kingma & Ba 2014, arXiv 1412.6980; b1 0.9, b2 0.999, epsilon 1e-7)
 *     AdamW     w <- w - r * decay * w, then Adam's step (Loshchilov & Hutter 2017, arXiv 1711.05101)
 *     momentum  a <- momentum * a + g,  w <- w - r * a
 *               Nesterov: w <- w - r * (g + momentum * a)
 *
 * r is the learning rate. `weightDecay` is decoupled for AdamW as above. For the others it is an L2 penalty,
 * g <- g + decay * w, as in the BinaryDuo authors' code. It applies to every trained variable, including batch norms.
 */
import * as tf from '../tensorflow/index.js';

export type OptimizerOptions = AdamOptions | AdamWOptions | MomentumOptions;

export interface AdamOptions {
  kind: 'adam';
  /** Default: 0.9. */
  beta1?: number;
  /** Default: 0.999. */
  beta2?: number;
  /** Default: 0. */
  weightDecay?: number;
}

export interface AdamWOptions extends Omit<AdamOptions, 'kind'> {
  kind: 'adamw';
  /** Multiplied by the learning rate and independent of the gradient. Default: 0.01. */
  weightDecay?: number;
}

export interface MomentumOptions {
  kind: 'momentum';
  /** Default: 0.9. */
  momentum?: number;
  /** Default: true. */
  nesterov?: boolean;
  /** Default: 0. */
  weightDecay?: number;
}

/** The state of an optimizer for one variable. */
export interface OptimizerState {
  /** Number of steps taken. */
  steps: number;
  /** Running averages of the gradients, each as long as the variable: two for Adam, one for momentum. */
  averages: Float32Array[];
}

/** Changes `weights` in place. It is called once a step for each variable, with averages that start as zeros. */
type Update = (
  weights: Float32Array,
  gradients: Float32Array,
  state: OptimizerState,
  learningRate: number,
) => void;

const EPSILON = 1e-7;

/** An optimizer with its state, which starts empty. It holds no tensors. */
export class Optimizer {
  private readonly update: Update;
  private readonly averages: number;
  private readonly states = new Map<tf.Variable, OptimizerState>();

  constructor(options: OptimizerOptions) {
    this.update = options.kind === 'momentum' ? momentum(options) : adam(options);
    this.averages = options.kind === 'momentum' ? 1 : 2;
  }

  /** Takes one step for each variable with its gradient, which is as long as the variable. */
  apply(gradients: Iterable<readonly [tf.Variable, Float32Array]>, learningRate: number): void {
    for (const [variable, gradient] of gradients) {
      const weights = Float32Array.from(variable.dataSync());
      const state = this.stateOf(variable);
      state.steps++;
      this.update(weights, gradient, state, learningRate);
      tf.tidy(() => variable.assign(tf.tensor(weights, variable.shape)));
    }
  }

  /** Returns the state itself, not a copy. Before the first step it is zeros. */
  stateOf(variable: tf.Variable): OptimizerState {
    let state = this.states.get(variable);
    if (!state) {
      const averages = Array.from({ length: this.averages }, () => new Float32Array(variable.size));
      state = { steps: 0, averages };
      this.states.set(variable, state);
    }
    return state;
  }

  /** Restores a state that `stateOf` returned. */
  restore(variable: tf.Variable, { steps, averages }: OptimizerState): void {
    this.states.set(variable, { steps, averages: averages.map((values) => Float32Array.from(values)) });
  }
}

function adam(options: AdamOptions | AdamWOptions): Update {
  const { beta1 = 0.9, beta2 = 0.999 } = options;
  const penalty = options.kind === 'adam' ? (options.weightDecay ?? 0) : 0;
  const decay = options.kind === 'adamw' ? (options.weightDecay ?? 0.01) : 0;
  return (weights, gradients, { steps, averages: [first, second] }, learningRate) => {
    const step = learningRate / (1 - beta1 ** steps);
    const secondCorrection = 1 / (1 - beta2 ** steps);
    const kept = 1 - learningRate * decay;
    for (let i = 0; i < weights.length; i++) {
      const gradient = gradients[i] + penalty * weights[i];
      first[i] = beta1 * first[i] + (1 - beta1) * gradient;
      second[i] = beta2 * second[i] + (1 - beta2) * gradient * gradient;
      weights[i] =
        kept * weights[i] - (step * first[i]) / (Math.sqrt(second[i] * secondCorrection) + EPSILON);
    }
  };
}

function momentum({ momentum = 0.9, nesterov = true, weightDecay = 0 }: MomentumOptions): Update {
  return (weights, gradients, { averages: [accumulated] }, learningRate) => {
    for (let i = 0; i < weights.length; i++) {
      const gradient = gradients[i] + weightDecay * weights[i];
      accumulated[i] = momentum * accumulated[i] + gradient;
      weights[i] -= learningRate * (nesterov ? gradient + momentum * accumulated[i] : accumulated[i]);
    }
  };
}
