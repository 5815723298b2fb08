/**
 * The baseline of a coupled network: what is trained with binary activations from the start, at the width at which it
 * has as many weights as the decoupled network.
 *
 * Decoupling doubles the input channels of every layer behind an activation, and with them its weights. Widening every
 * hidden layer by a factor near sqrt 2 does as well; the factor that comes nearest is searched for.
 */
import { account } from '../accounting/index.js';
import { decoupledArchitecture } from '../decoupling/decouple.js';
import { buildNetwork } from './build-network.js';
import { mapLayers, outputLayer } from './map-layers.js';
import { InvalidRecipeError, type NetworkSpec } from './network-spec.js';

/** Halvings of the interval 1..2; channels are whole numbers, so more find nothing better. */
const HALVINGS = 12;

/**
 * @param coupled with ternary activations
 * @returns with binary ones, every hidden layer wider
 * @throws InvalidRecipeError where the wider layers do not fit together
 */
export function baselineOf(coupled: NetworkSpec): NetworkSpec {
  const target = weightsOf(coupled, true);
  let [low, high] = [1, 2];
  let best = { recipe: binary(coupled, 1), off: Number.POSITIVE_INFINITY };
  for (let i = 0; i <= HALVINGS; i++) {
    const factor = (low + high) / 2;
    const recipe = binary(coupled, factor);
    const weights = weightsOf(recipe, false);
    const off = Math.abs(weights - target);
    if (off < best.off) best = { recipe, off };
    if (weights < target) low = factor;
    else high = factor;
  }
  return best.recipe;
}

function weightsOf(recipe: NetworkSpec, decoupled: boolean): number {
  const network = buildNetwork(recipe, 0, { initial: 'zeros' });
  const counted = decoupled ? decoupledArchitecture(network) : network;
  const { weights } = account(counted);
  counted.dispose();
  if (decoupled) network.dispose();
  return weights;
}

/** The recipe with binary activations, and all channels but the outputs times a factor. */
function binary(recipe: NetworkSpec, factor: number): NetworkSpec {
  const output = outputLayer(recipe);
  if (!output) throw new InvalidRecipeError('layers', 'none of them has weights');
  const wider = (channels: number) => Math.max(1, Math.round(factor * channels));
  return mapLayers(recipe, (layer) => {
    if (layer === output) return layer;
    if (layer.kind === 'ternary') return { ...layer, kind: 'binary' };
    if ('filters' in layer) return { ...layer, filters: wider(layer.filters) };
    if ('units' in layer) return { ...layer, units: wider(layer.units) };
    if (layer.kind === 'pad-channels') return { ...layer, channels: wider(layer.channels) };
    return layer;
  });
}
