/** What the recipes of the built-in networks share. */
import type { LayerSpec } from './network-spec.js';

/** PyTorch's and Torch7's, in Keras's terms: how the paper's networks were trained. */
export const TORCH_NORM = { momentum: 0.9, epsilon: 1e-5 } as const;

/** One bit in a baseline, the coupled pair otherwise. */
export function activation(variant: 'baseline' | 'coupled', number: string | number): LayerSpec {
  const kind = variant === 'baseline' ? 'binary' : 'ternary';
  return { kind, name: `${kind}${number}` };
}

export function norm(number: string | number): LayerSpec {
  return { kind: 'norm', name: `norm${number}`, ...TORCH_NORM };
}
