/**
 * The MNIST network, coupled 16-23-32 channels: 28x28x1 pixels, 10 logits.
 *
 *     int8 3x3 conv 16, pool, BN, ternary -> binary 3x3 conv 23, pool, BN, ternary
 *       -> binary 3x3 conv 32, pool, BN, ternary -> flatten -> int8 dense 10
 *
 * Pooling comes before batch norm and activation, as in the BinaryDuo paper's VGG. Decoupled, the inner
 * layers have 32 and 46 input channels. 23 is about 32 / sqrt 2, so both forms have a similar number of
 * weights per layer. The baseline is 23-32-46, so its inner layers have exactly as many weights as those of
 * the decoupled network.
 */
import { activation } from './blocks.js';
import type { LayerSpec, NetworkSpec } from './network-spec.js';
import type { SpecOptions } from './options.js';

/** Lower than TensorFlow.js's 0.99, which remembers the noisy first steps, for trainings of a few epochs. */
const BATCH_NORM_MOMENTUM = 0.9;

export function mnistSpec({
  variant,
  channels,
  input = [28, 28, 1],
  classCount = 10,
}: SpecOptions): NetworkSpec {
  const widths = (variant === 'baseline' ? [23, 32, 46] : [16, 23, 32]).map(channels);
  const block = (filters: number, i: number): LayerSpec[] => {
    const conv = { name: `conv${i + 1}`, filters, kernel: 3, padding: 'same' } as const;
    return [
      i === 0 ? { kind: 'int8-conv', ...conv } : { kind: 'binary-conv', ...conv, clipLatents: true },
      { kind: 'max-pool', name: `pool${i + 1}`, size: 2 },
      { kind: 'norm', name: `norm${i + 1}`, momentum: BATCH_NORM_MOMENTUM },
      activation(variant, i + 1),
    ];
  };
  return {
    name: 'mnist',
    input,
    layers: [
      ...widths.flatMap(block),
      { kind: 'flatten', name: 'flatten' },
      { kind: 'int8-dense', name: 'logits', units: classCount },
    ],
  };
}
