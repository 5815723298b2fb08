/** Measurements of how the cost grows with channels, image size, batch size and threads. */
import { encodeModel } from '@bd-edge/sdk';
import { mnistGraph } from './networks.mjs';
import { THREADS } from './threads.mjs';
import { NETWORKS } from './whole.mjs';

const layer = (size, channels) => ({
  name: `${size}x${size}x${channels}`,
  size,
  channels,
  filters: channels,
  kernel: 3,
  stride: 1,
  sweep: true,
});
const [mnist, wide] = ['mnist', 'wide VGG-7'].map((wanted) => NETWORKS.find(({ name }) => name === wanted));

export const SWEEPS = [
  {
    name: '3x3 on 14 x 14: channels',
    x: 'channels',
    points: [16, 32, 64, 128, 256, 512].map((channels) => ({ at: channels, shape: layer(14, channels) })),
  },
  {
    name: '3x3 on 64 channels: image',
    x: 'height and width',
    points: [7, 14, 28, 56, 112].map((size) => ({ at: size, shape: layer(size, 64) })),
  },
  {
    name: 'MNIST network: images a run',
    x: 'images',
    points: [1, 2, 4, 8, 16, 32].map((batch) => ({
      at: batch,
      network: {
        name: `mnist, batch of ${batch}`,
        bytes: () => encodeModel(mnistGraph()),
        float: mnist.float,
        batch,
      },
    })),
  },
  {
    name: 'wide VGG-7: threads, an image',
    x: 'threads',
    points: THREADS.map((threads) => ({ at: threads, threads, network: wide })),
  },
];
