/**
 * The paper's ResNet-18 for ImageNet: 224x224x3 pixels, 1000 logits.
 *
 *     stem: 7x7 stride 2, BN, ReLU, 3x3 pool stride 2, BN
 *     four stages of four 3x3 convolutions; a unit is activation -> conv -> BN, whose output is added to the stream
 *     ReLU, average pool, dense
 *
 * The stream is in full precision; only activations are binary. Where a stage halves the image, the shortcut
 * is a 2x2 average pool, a 1x1 convolution and BN. The last convolution has 512 filters in every variant;
 * where its stage is narrower, the shortcut adds zero channels.
 *
 * Full precision is fixed-point here: 16 bits in the stream, 8 behind a ReLU and in the weights of the
 * shortcuts. With `weights: 'float'` it is float32.
 *
 * `resnet18` has a shortcut over every two convolutions, `resnet18-sc` one over each.
 */
import { activation, norm, TORCH_NORM } from './blocks.js';
import type { LayerSpec, NetworkSpec } from './network-spec.js';
import type { SpecOptions } from './options.js';

const STEM = 64;
const STAGES = { baseline: [64, 128, 256, 512], coupled: [64, 90, 180, 360] } as const;
const LAST = 512;
const CONVS_PER_STAGE = 4;

/** @param span the number of convolutions that a shortcut bypasses */
function describe(
  name: string,
  span: 1 | 2,
  { variant, channels, input = [224, 224, 3], classCount = 1000 }: SpecOptions,
): NetworkSpec {
  const convs = STAGES[variant].flatMap((filters, stage) =>
    Array.from({ length: CONVS_PER_STAGE }, (_, i) => ({
      number: `${stage + 1}_${i + 1}`,
      filters: channels(stage === 3 && i === CONVS_PER_STAGE - 1 ? LAST : filters),
      stride: stage > 0 && i === 0 ? 2 : 1,
    })),
  );
  const unit = ({ number, filters, stride }: (typeof convs)[number]): LayerSpec[] => [
    activation(variant, number),
    { kind: 'binary-conv', name: `conv${number}`, filters, kernel: 3, stride, padding: 'same' },
    norm(number),
  ];

  const blocks: LayerSpec[] = [];
  let width = channels(STEM);
  for (let i = 0; i < convs.length; i += span) {
    const units = convs.slice(i, i + span);
    const { number, filters } = units[units.length - 1];
    blocks.push({
      kind: 'residual',
      name: `add${number}`,
      layers: units.flatMap(unit),
      shortcut: shortcut(units[0], width, filters),
    });
    width = filters;
  }

  return {
    name,
    input,
    layers: [
      { kind: 'int8-conv', name: 'stem', filters: channels(STEM), kernel: 7, stride: 2, padding: 'same' },
      norm('_stem'),
      { kind: 'fixed-point-relu', name: 'relu_stem' },
      { kind: 'max-pool', name: 'pool_stem', size: 3, stride: 2, padding: 'same' },
      norm(0),
      { kind: 'fixed-point', name: 'stream0' },
      ...blocks,
      { kind: 'fixed-point-relu', name: 'relu', step: 2 ** -3 },
      { kind: 'global-average-pool', name: 'average' },
      { kind: 'fixed-point', name: 'features' },
      { kind: 'int8-dense', name: 'logits', units: classCount },
    ],
  };
}

/**
 * Returns the layers that bring a stream of `width` channels to a sum of `filters`; undefined for an
 * identity.
 */
function shortcut(
  first: { number: string; stride: number },
  width: number,
  filters: number,
): LayerSpec[] | undefined {
  const { number, stride } = first;
  if (stride > 1) {
    return [
      { kind: 'average-pool', name: `shortcut_pool${number}`, size: 2, padding: 'same' },
      { kind: 'fixed-point', name: `shortcut_input${number}` },
      { kind: 'int8-conv', name: `shortcut_conv${number}`, filters, kernel: 1 },
      { kind: 'norm', name: `shortcut_norm${number}`, ...TORCH_NORM },
      { kind: 'fixed-point', name: `shortcut_stream${number}` },
    ];
  }
  if (width === filters) return undefined;
  return [{ kind: 'pad-channels', name: 'shortcut_pad', channels: filters - width }];
}

/** Describes ResNet-18 with a shortcut over every two convolutions. */
export function resnet18Spec(options: SpecOptions): NetworkSpec {
  return describe('resnet18', 2, options);
}

/** Describes ResNet-18 with a shortcut over each convolution. */
export function resnet18ScSpec(options: SpecOptions): NetworkSpec {
  return describe('resnet18-sc', 1, options);
}
