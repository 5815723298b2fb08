/**
 * Finds the baseline of a coupled network: it is trained with binary activations from the start, at the width
 * that gives it as many weights as the decoupled network has.
 *
 * Decoupling doubles the input channels of every layer behind an activation, and with them its weights.
 * Widening every hidden layer by a factor near sqrt 2 doubles them too. Bisection finds the factor that comes
 * nearest.
 */
import { account } from '../accounting/index.js';
import { decoupledArchitecture } from '../decoupling/decouple.js';
import { buildNetwork } from './build-network.js';
import { mapLayers, outputLayer } from './map-layers.js';
import { invalidNetworkSpec, type NetworkSpec } from './network-spec.js';

/**
 * The number of halvings of the interval 1..2. Channels are integers, so more halvings find nothing better.
 */
const HALVINGS = 12;

/**
 * @param coupled a network with ternary activations
 * @returns the network with binary activations, in which every hidden layer is wider
 * @throws {FileError} with code `invalid-network-spec` if the wider layers do not fit together
 */
export function baselineOf(coupled: NetworkSpec): NetworkSpec {
  const target = weightsOf(coupled, true);
  let [low, high] = [1, 2];
  let best = { spec: binary(coupled, 1), distance: Number.POSITIVE_INFINITY };
  for (let i = 0; i <= HALVINGS; i++) {
    const factor = (low + high) / 2;
    const spec = binary(coupled, factor);
    const weights = weightsOf(spec, false);
    const distance = Math.abs(weights - target);
    if (distance < best.distance) best = { spec, distance };
    if (weights < target) low = factor;
    else high = factor;
  }
  return best.spec;
}

function weightsOf(spec: NetworkSpec, decoupled: boolean): number {
  const network = buildNetwork(spec, 0, { initial: 'zeros' });
  const counted = decoupled ? decoupledArchitecture(network) : network;
  const { weights } = account(counted);
  counted.dispose();
  if (decoupled) network.dispose();
  return weights;
}

/** Returns the network with binary activations and, except for the outputs, `factor` times the channels. */
function binary(spec: NetworkSpec, factor: number): NetworkSpec {
  const output = outputLayer(spec);
  if (!output) throw invalidNetworkSpec('layers', 'none of them has weights');
  const wider = (channels: number) => Math.max(1, Math.round(factor * channels));
  return mapLayers(spec, (layer) => {
    if (layer === output) return layer;
    if (layer.kind === 'ternary') return { ...layer, kind: 'binary' };
    if ('filters' in layer) return { ...layer, filters: wider(layer.filters) };
    if ('units' in layer) return { ...layer, units: wider(layer.units) };
    if (layer.kind === 'pad-channels') return { ...layer, channels: wider(layer.channels) };
    return layer;
  });
}
