/**
 * The optimisers, TensorFlow.js's own, with a learning rate that a schedule can set at every step.
 *
 *     Adam      m <- b1 m + (1 - b1) g,  v <- b2 v + (1 - b2) g^2,  w <- w - rate * m^ / (sqrt(v^) + epsilon)
 *               (m^, v^ corrected for their start at 0; Kingma & Ba 2014, arXiv 1412.6980)
 *     momentum  a <- momentum * a + g,  w <- w - rate * a              Nesterov: w <- w - rate * (g + momentum * a)
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

export interface Optimiser extends tf.Optimizer {
  setLearningRate(rate: number): void;
}

class ScheduledAdam extends tf.AdamOptimizer implements Optimiser {
  setLearningRate(rate: number): void {
    this.learningRate = rate;
  }
}

/** A fresh optimiser without any history. Dispose of it after use. */
export function createOptimiser(options: OptimiserOptions): Optimiser {
  if (options.kind === 'adam') return new ScheduledAdam(0, options.beta1 ?? 0.9, options.beta2 ?? 0.999);
  return new tf.MomentumOptimizer(0, options.momentum ?? 0.9, options.nesterov ?? true);
}
