/** Layers that the built-in networks share. */
import type { LayerSpec } from './network-spec.js';

/** The defaults of PyTorch and Torch7 in Keras's terms, with which the paper's networks were trained. */
export const TORCH_NORM = { momentum: 0.9, epsilon: 1e-5 } as const;

/** Returns a binary activation for a baseline, and a ternary one otherwise. */
export function activation(variant: 'baseline' | 'coupled', number: string | number): LayerSpec {
  const kind = variant === 'baseline' ? 'binary' : 'ternary';
  return { kind, name: `${kind}${number}` };
}

/** Returns a batch norm. */
export function norm(number: string | number): LayerSpec {
  return { kind: 'norm', name: `norm${number}`, ...TORCH_NORM };
}
