/**
 * The paper's AlexNet for ImageNet: 224x224x3 pixels, 1000 logits.
 *
 *     conv1 11x11 stride 4, pool | conv2 5x5, pool | conv3 3x3 | conv4 3x3 | conv5 3x3, pool | conv6 6x6 | dense7 | logits
 *
 * Pools are 3x3 with stride 2, between convolution and norm. Dropout follows conv6 and dense7 (BN and ReLU,
 * in full precision). The baseline's widths are those of XNOR-Net's AlexNet (Rastegari et al. 2016).
 */
import { activation, norm } from './blocks.js';
import type { LayerSpec, NetworkSpec } from './network-spec.js';
import type { SpecOptions } from './options.js';

const WIDTHS = {
  baseline: { convs: [96, 256, 384, 384, 256, 4096], hidden: 4096 },
  coupled: { convs: [88, 192, 256, 256, 192, 2400], hidden: 4096 },
} as const;

const POOLED = [1, 2, 5];
/** The authors' default. */
const DROPOUT = 0.5;

export function alexnetSpec({
  variant,
  channels,
  input = [224, 224, 3],
  classCount = 1000,
}: SpecOptions): NetworkSpec {
  const { convs, hidden } = WIDTHS[variant];
  const conv = (filters: number, number: number): LayerSpec[] => {
    const common = { name: `conv${number}`, filters: channels(filters) };
    switch (number) {
      case 1:
        return [
          { kind: 'zero-pad', name: 'pad1', size: 2 },
          { kind: 'int8-conv', ...common, kernel: 11, stride: 4 },
        ];
      case 2:
        return [{ kind: 'binary-conv', ...common, kernel: 5, padding: 'same' }];
      case 6:
        return [{ kind: 'binary-conv', ...common, kernel: 'whole' }];
      default:
        return [{ kind: 'binary-conv', ...common, kernel: 3, padding: 'same' }];
    }
  };
  const block = (filters: number, i: number): LayerSpec[] => {
    const number = i + 1;
    const pool = { kind: 'max-pool', name: `pool${number}`, size: 3, stride: 2 } as const;
    return [
      ...conv(filters, number),
      ...(POOLED.includes(number) ? [pool] : []),
      norm(number),
      activation(variant, number),
    ];
  };
  return {
    name: 'alexnet',
    input,
    layers: [
      ...convs.flatMap(block),
      { kind: 'flatten', name: 'flatten' },
      { kind: 'dropout', name: 'dropout6', rate: DROPOUT },
      { kind: 'binary-dense', name: 'dense7', units: channels(hidden) },
      norm(7),
      { kind: 'relu', name: 'relu7' },
      { kind: 'dropout', name: 'dropout7', rate: DROPOUT },
      { kind: 'int8-dense', name: 'logits', units: classCount, bias: false },
    ],
  };
}
