/**
 * The optimisers. State and arithmetic are plain arrays: networks of this size have a few ten thousand weights, for
 * which a dozen tensor operations a variable cost far more than the sums themselves.
 *
 *     Adam      m <- b1 m + (1 - b1) g,  v <- b2 v + (1 - b2) g^2
 *               w <- w - rate * (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon)
 *               (Kingma & Ba 2014, arXiv 1412.6980; b1 .9, b2 .999, epsilon 1e-7)
 *     momentum  a <- momentum * a + g,  w <- w - rate * a
 *               Nesterov: w <- w - rate * (g + momentum * a)
 */
import * as tf from '@tensorflow/tfjs';

export type OptimiserOptions = AdamOptions | MomentumOptions;

export interface AdamOptions {
  kind: 'adam';
  /** Default: 0.9. */
  beta1?: number;
  /** Default: 0.999. */
  beta2?: number;
}

export interface MomentumOptions {
  kind: 'momentum';
  /** Default: 0.9. */
  momentum?: number;
  /** Default: true. */
  nesterov?: boolean;
}

/** Changes `weights` in place. Called once a step for each variable, with state that begins as zeros. */
type Update = (weights: Float32Array, gradients: Float32Array, state: State, rate: number) => void;

interface State {
  steps: number;
  first: Float32Array;
  second: Float32Array;
}

const EPSILON = 1e-7;

/** Without any history at first. Holds no tensors. */
export class Optimiser {
  private readonly update: Update;
  private readonly states = new Map<tf.Variable, State>();

  constructor(options: OptimiserOptions) {
    this.update = options.kind === 'adam' ? adam(options) : momentum(options);
  }

  /** One step for each variable against its gradient. */
  apply(gradients: Iterable<readonly [tf.Variable, tf.Tensor]>, rate: number): void {
    for (const [variable, gradient] of gradients) {
      const weights = Float32Array.from(variable.dataSync());
      const state = this.states.get(variable) ?? newState(weights.length);
      this.states.set(variable, state);
      state.steps++;
      this.update(weights, gradient.dataSync() as Float32Array, state, rate);
      tf.tidy(() => variable.assign(tf.tensor(weights, variable.shape)));
    }
  }
}

function newState(length: number): State {
  return { steps: 0, first: new Float32Array(length), second: new Float32Array(length) };
}

function adam({ beta1 = 0.9, beta2 = 0.999 }: AdamOptions): Update {
  return (weights, gradients, { steps, first, second }, rate) => {
    const step = rate / (1 - beta1 ** steps);
    const secondCorrection = 1 / (1 - beta2 ** steps);
    for (let i = 0; i < weights.length; i++) {
      const gradient = gradients[i];
      first[i] = beta1 * first[i] + (1 - beta1) * gradient;
      second[i] = beta2 * second[i] + (1 - beta2) * gradient * gradient;
      weights[i] -= (step * first[i]) / (Math.sqrt(second[i] * secondCorrection) + EPSILON);
    }
  };
}

function momentum({ momentum = 0.9, nesterov = true }: MomentumOptions): Update {
  return (weights, gradients, { first: accumulated }, rate) => {
    for (let i = 0; i < weights.length; i++) {
      accumulated[i] = momentum * accumulated[i] + gradients[i];
      weights[i] -= rate * (nesterov ? gradients[i] + momentum * accumulated[i] : accumulated[i]);
    }
  };
}
