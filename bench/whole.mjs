/** The measured networks: for the engine as bytes, for the peers as float networks. */
import { encodeModel } from '@bd-edge/sdk';
import { floatNetwork, WIDE_VGG } from './float-layers.mjs';
import { mnistGraph, wideVggGraph } from './networks.mjs';

/**
 * `bytes` is the decoupled network if the trainer has it. `float` has the widths before decoupling, which is half the
 * work: the float network that BinaryDuo starts from.
 */
export const NETWORKS = [
  {
    name: 'mnist',
    quick: true,
    bytes: () => encodeModel(mnistGraph()),
    spec: () => specOf('mnist'),
  },
  {
    name: 'wide VGG-7',
    quick: true,
    bytes: () => encodeModel(wideVggGraph()),
    spec: () => WIDE_VGG,
  },
  { name: 'VGG-7', bytes: () => exported('vgg7'), spec: () => specOf('vgg7') },
  { name: 'ResNet-18', bytes: () => exported('resnet18'), spec: () => specOf('resnet18') },
].map(({ spec, ...network }) => ({ ...network, float: async () => floatNetwork(await spec()) }));

/** Imported on demand, since TensorFlow takes seconds to load. */
const trainer = () => import('@bd-edge/trainer');

const specOf = async (name) => (await trainer()).networkSpec(name);

/** Exports a network of the trainer with its initial weights. */
async function exported(name) {
  const { createNetwork, exportModel, selectBackend } = await trainer();
  await selectBackend({ backend: 'wasm' });
  const network = createNetwork(name, 1, { variant: 'decoupled' });
  const { bytes } = await exportModel(network);
  network.dispose();
  return bytes;
}
