/** Names for the layers of a network that have none. */
import { invalidNetworkSpec, type LayerSpec, type NetworkSpec } from './network-spec.js';

/** The name of the image, which no layer can have. */
export const INPUT_NAME = 'input';

/**
 * Returns the network with a name for every layer: its own, or its kind with a number.
 *
 * @throws {FileError} with code `invalid-network-spec` if two layers have the same name
 */
export function withNames(spec: NetworkSpec): NetworkSpec {
  return { ...spec, layers: new Namer().all(spec.layers, 'layers') };
}

class Namer {
  readonly #names = new Set([INPUT_NAME]);
  readonly #counts = new Map<string, number>();

  all(layers: readonly LayerSpec[], path: string): LayerSpec[] {
    return layers.map((layer, i) => this.#one(layer, `${path}.${i}`));
  }

  #one(layer: LayerSpec, path: string): LayerSpec {
    if (layer.kind !== 'residual') return { ...layer, name: this.#nameOf(layer, path) };
    // The name of a residual layer is that of the sum at its end.
    const layers = this.all(layer.layers, `${path}.layers`);
    const shortcut = layer.shortcut && this.all(layer.shortcut, `${path}.shortcut`);
    return { ...layer, layers, ...(shortcut && { shortcut }), name: this.#nameOf(layer, path) };
  }

  #nameOf({ kind, name }: LayerSpec, path: string): string {
    if (name !== undefined) {
      if (this.#names.has(name))
        throw invalidNetworkSpec(`${path}.name`, `another layer is named "${name}" too`);
      this.#names.add(name);
      return name;
    }
    const stem = kind.replaceAll('-', '_');
    for (;;) {
      const number = (this.#counts.get(stem) ?? 0) + 1;
      this.#counts.set(stem, number);
      const candidate = `${stem}${number}`;
      if (this.#names.has(candidate)) continue;
      this.#names.add(candidate);
      return candidate;
    }
  }
}
