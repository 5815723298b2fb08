/**
 * SwishSign is smooth, steep at the threshold, and slightly above 1 and below 0 away from it.
 *
 *     SS(v) = 2 g (1 + w (1 - g)) - 1,   w = B v,   g = sigmoid(w),   B = 5
 *     s(u) = (1 + SS(2 u)) / 2,   s'(u) = SS'(2 u) = 2 B g (1 - g) (2 - w (2 g - 1))
 *
 * The slope is 5 at the threshold and negative where |w| > 2.4, since the surrogate overshoots.
 *
 * Source: Darabi et al. 2018 (BNN+), arXiv 1812.11800, where SS replaces a sign.
 */
import * as tf from '../../tensorflow/index.js';
import { overSteps } from './surrogate.js';

const B = 5;
/** Beyond this |w| the slope is 0 in float32, and w itself could overflow. */
const FLAT = 60;

export const SWISH_SIGN = overSteps({
  name: 'swish-sign',
  value(u) {
    const w = 2 * B * u;
    const g = 1 / (1 + Math.exp(-w));
    return g * (1 + w * (1 - g));
  },
  slope(u) {
    const w = tf.clipByValue(tf.mul(u, 2 * B), -FLAT, FLAT);
    const g = tf.sigmoid(w);
    const bell = tf.mul(g, tf.sub(1, g));
    return tf.mul(tf.mul(bell, 2 * B), tf.sub(2, tf.mul(w, tf.sub(tf.mul(g, 2), 1))));
  },
});
