/**
 * Checks of a `model.json` before TensorFlow.js builds the model. Its reader repeats until every layer has its inputs,
 * so that it never ends for a cycle or an unknown layer. It also keeps layers in plain objects, which have inherited
 * names such as `toString`.
 */

/** The limit of objects and arrays inside of each other; networks of this package need 12. */
const MAX_LEVELS = 64;

/** @throws {Error} naming the first problem */
export function checkTopology(topology: unknown): void {
  const rest = [{ value: topology, levels: 0 }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { value, levels } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (levels > MAX_LEVELS) throw new Error(`its layers are nested more than ${MAX_LEVELS} levels deep`);
    if (!Array.isArray(value)) {
      const layers = field(value, 'layers');
      if (layers !== undefined) checkLayers(layers);
    }
    for (const inner of Object.values(value)) rest.push({ value: inner, levels: levels + 1 });
  }
}

/** Checks that all layers have names of their own, and that all inputs can be computed. */
function checkLayers(layers: unknown): void {
  if (!Array.isArray(layers)) throw new Error('"layers" is not a list');
  const calls: { name: string; inputs: (readonly [string, number])[] }[] = [];
  /** The number of outputs that each layer has so far. */
  const outputs = new Map<string, number>();
  for (const layer of layers) {
    const config = field(layer, 'config');
    const name = field(layer, 'name') ?? field(config, 'name');
    if (typeof name !== 'string' || name in {})
      throw new Error(`a layer has the name ${JSON.stringify(name)}`);
    if ((field(config, 'name') ?? name) !== name) throw new Error(`layer "${name}" has two names`);
    if (outputs.has(name)) throw new Error(`two layers have the name "${name}"`);
    outputs.set(name, field(layer, 'className') === 'InputLayer' ? 1 : 0);
    for (const call of listOf(field(layer, 'inboundNodes') ?? [])) {
      const inputs = listOf(call).map((input) => {
        const [from, index] = listOf(input);
        if (typeof from === 'string' && Number.isSafeInteger(index)) return [from, index as number] as const;
        throw new Error(`layer "${name}" has an input that is not a layer's output`);
      });
      calls.push({ name, inputs });
    }
  }
  let waiting = calls;
  while (waiting.length > 0) {
    const blocked = waiting.filter(({ name, inputs }) => {
      if (!inputs.every(([from, index]) => index < (outputs.get(from) ?? 0))) return true;
      outputs.set(name, (outputs.get(name) ?? 0) + 1);
      return false;
    });
    if (blocked.length === waiting.length)
      throw new Error(`the inputs of layer "${blocked[0].name}" do not exist or form a cycle`);
    waiting = blocked;
  }
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error('the inputs of a layer are not lists');
}

/**
 * Returns a field by its name in camel case. TensorFlow.js reads names with and without underscores.
 *
 * @throws {Error} if the field is there twice
 */
function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const found = Object.keys(value).filter((key) => camelCase(key) === name);
  if (found.length > 1) throw new Error(`it has the field "${name}" twice`);
  return found.length === 0 ? undefined : (value as Record<string, unknown>)[found[0]];
}

function camelCase(key: string): string {
  return key.length <= 1 ? key : key.replace(/_+(\w|$)/g, (_, letter: string) => letter.toUpperCase());
}
