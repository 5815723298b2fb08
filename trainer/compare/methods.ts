/**
 * The lanes of a comparison: ways to a network of the same weights and MACs, each trained for as many epochs in all.
 *
 *     float       baseline width, float32 weights, ReLU: what quantization is measured against
 *     direct      baseline width, binary activations from the start: what the others must beat
 *     coupled     ternary activations; half the weights, and two bits an activation
 *     binaryduo   coupled, then decoupled and fine-tuned: the epochs of both together
 *     decoupled   the architecture that decoupling makes, trained directly as a binary network
 *
 * Without TensorFlow, so that the command can name them before it loads it.
 */
export const LANES = ['float', 'direct', 'coupled', 'binaryduo', 'decoupled'] as const;

export type Lane = (typeof LANES)[number];

/** What differences are taken to. */
export const REFERENCE_LANE: Lane = 'direct';
