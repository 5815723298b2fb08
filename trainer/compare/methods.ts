/**
 * The methods of a comparison. Each trains a network of the same weights and MACs for the same total number of epochs:
 *
 *     float       baseline width, float32 weights, ReLU: the cost of quantization is relative to it
 *     direct      baseline width, binary activations from the start: the reference for differences
 *     coupled     ternary activations; half the weights, two bits for each activation
 *     binaryduo   coupled, then decoupled and fine-tuned: the epochs of both together
 *     decoupled   the architecture after decoupling, trained directly as a binary network
 */
export const METHODS = ['float', 'direct', 'coupled', 'binaryduo', 'decoupled'] as const;

export type Method = (typeof METHODS)[number];

/** The method to which differences are computed. */
export const REFERENCE_METHOD: Method = 'direct';
