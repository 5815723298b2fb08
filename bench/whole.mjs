/** The whole networks that are measured: what the engine runs, and the float network that peers run. */
import { encodeModel } from '@bd-edge/sdk';
import { floatNetwork, WIDE_VGG_RECIPE } from './float-layers.mjs';
import { mnistGraph, wideVggGraph } from './networks.mjs';

/**
 * `bytes` is decoupled where the trainer has the network; `float` has the widths from before that, which is half the
 * work: the float network that BinaryDuo starts from.
 */
export const NETWORKS = [
  {
    name: 'mnist',
    quick: true,
    bytes: () => encodeModel(mnistGraph()),
    recipe: () => recipeOf('mnist'),
  },
  {
    name: 'wide VGG-7',
    quick: true,
    bytes: () => encodeModel(wideVggGraph()),
    recipe: () => WIDE_VGG_RECIPE,
  },
  { name: 'VGG-7', bytes: () => exported('vgg7'), recipe: () => recipeOf('vgg7') },
  { name: 'ResNet-18', bytes: () => exported('resnet18'), recipe: () => recipeOf('resnet18') },
].map(({ recipe, ...network }) => ({ ...network, float: async () => floatNetwork(await recipe()) }));

/** Loaded where it is used: TensorFlow takes seconds. */
const trainer = () => import('@bd-edge/trainer');

const recipeOf = async (name) => (await trainer()).networkRecipe(name);

/** A network of the trainer with the weights that it would start from. */
async function exported(name) {
  const { createNetwork, exportModel, selectBackend } = await trainer();
  await selectBackend({ backend: 'wasm' });
  const network = createNetwork(name, 1, { variant: 'decoupled' });
  const { bytes } = await exportModel(network);
  network.dispose();
  return bytes;
}
