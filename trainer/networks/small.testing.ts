/** Built-in networks at sizes for tests: a few channels, images just large enough. */
import type { NetworkOptions } from './options.js';

export const SMALL: Record<string, Pick<NetworkOptions, 'width' | 'input'>> = {
  mnist: { width: 0.4, input: [16, 16, 1] },
  vgg7: { width: 0.12, input: [16, 16, 3] },
  alexnet: { width: 0.04, input: [64, 64, 3] },
  resnet18: { width: 0.1, input: [48, 48, 3] },
  'resnet18-sc': { width: 0.1, input: [48, 48, 3] },
};
