/**
 * The paper's network for CIFAR-10: 32x32x3 pixels, 10 logits.
 *
 *     conv1 3x3 | conv2 3x3 pool | conv3 3x3 pool | conv4 3x3 pool | conv5 4x4 | dense6 | logits
 *
 * conv -> [2x2 max-pool] -> BN -> activation: the pool comes before the norm. The last hidden layer has BN
 * and ReLU in full precision. The paper's 1x1 convolutions on the single pixel behind conv5 are dense layers
 * here, which compute the same. No layer has a bias.
 *
 * The authors train this network with float32 weights (W32/A1): `weights: 'float'`.
 */
import { activation, norm } from './blocks.js';
import type { LayerSpec, NetworkSpec } from './network-spec.js';
import type { SpecOptions } from './options.js';

const WIDTHS = {
  baseline: { convs: [64, 64, 128, 128, 512], hidden: 512 },
  coupled: { convs: [45, 45, 90, 90, 336], hidden: 512 },
} as const;

export function vgg7Spec({
  variant,
  channels,
  input = [32, 32, 3],
  classCount = 10,
}: SpecOptions): NetworkSpec {
  const { convs, hidden } = WIDTHS[variant];
  const block = (filters: number, i: number): LayerSpec[] => {
    const [number, last] = [i + 1, i === convs.length - 1];
    return [
      {
        kind: i === 0 ? 'int8-conv' : 'binary-conv',
        name: `conv${number}`,
        filters: channels(filters),
        ...(last ? { kernel: 'whole' } : { kernel: 3, padding: 'same' }),
      },
      ...(i === 0 || last ? [] : [{ kind: 'max-pool', name: `pool${number}`, size: 2 } as const]),
      norm(number),
      activation(variant, number),
    ];
  };
  return {
    name: 'vgg7',
    input,
    layers: [
      ...convs.flatMap(block),
      { kind: 'flatten', name: 'flatten' },
      { kind: 'binary-dense', name: 'dense6', units: channels(hidden) },
      norm(6),
      { kind: 'fixed-point-relu', name: 'relu6' },
      { kind: 'int8-dense', name: 'logits', units: classCount, bias: false },
    ],
  };
}
