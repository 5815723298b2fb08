/** What the layers of a recipe are called in the network that is built from it. */
import { InvalidRecipeError, type NetworkSpec, type LayerSpec } from './network-spec.js';

/** Of the image, which no layer can have. */
export const INPUT_NAME = 'input';

/**
 * The recipe with a name for every layer: the one that it has, or its kind with a number.
 *
 * @throws InvalidRecipeError where two layers have the same
 */
export function withNames(recipe: NetworkSpec): NetworkSpec {
  return { ...recipe, layers: new Namer().all(recipe.layers, 'layers') };
}

class Namer {
  readonly #names = new Set([INPUT_NAME]);
  readonly #counts = new Map<string, number>();

  all(layers: readonly LayerSpec[], path: string): LayerSpec[] {
    return layers.map((layer, i) => this.#one(layer, `${path}.${i}`));
  }

  #one(layer: LayerSpec, path: string): LayerSpec {
    if (layer.kind !== 'residual') return { ...layer, name: this.#nameOf(layer, path) };
    // A block's own name is that of the sum at its end.
    const layers = this.all(layer.layers, `${path}.layers`);
    const shortcut = layer.shortcut && this.all(layer.shortcut, `${path}.shortcut`);
    return { ...layer, layers, ...(shortcut && { shortcut }), name: this.#nameOf(layer, path) };
  }

  #nameOf({ kind, name }: LayerSpec, path: string): string {
    if (name !== undefined) {
      if (this.#names.has(name))
        throw new InvalidRecipeError(`${path}.name`, `"${name}" is another layer's name already`);
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
