import type { CompiledModel } from './compile.js';
import { title } from './names.js';

/**
 * The compiled module as an ES module that carries it, deflated: `run(image)`, `input`, `classes`, `metadata`. It needs
 * no package and no other file, and awaits WebAssembly at its top level.
 *
 * @returns the JavaScript, and its types for a `.d.mts` beside it
 */
export async function toJavaScript(compiled: CompiledModel): Promise<{ source: string; types: string }> {
  const { height, width, channels } = compiled.model.input;
  const comment = `// ${title(compiled.model, 'compile')}.\n`;
  const size = height * width * channels;
  const shape = `${height} x ${width} x ${channels}`;
  const source = `${comment}
const deflated = Uint8Array.from(atob('${base64(await deflate(compiled.wasm))}'), (character) => character.charCodeAt(0));
const inflated = new Blob([deflated]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
const { instance: { exports } } = await WebAssembly.instantiate(await new Response(inflated).arrayBuffer());
const { buffer } = exports.memory;
const image = new Uint8Array(buffer, exports.input(), exports.inputBytes());
const logits = new Int32Array(buffer, exports.logits(), exports.logitCount());

export const input = { height: ${height}, width: ${width}, channels: ${channels} };
export const classes = logits.length;
export const metadata = JSON.parse(
  new TextDecoder().decode(new Uint8Array(buffer, exports.metadata(), exports.metadataBytes())) || '{}',
);

const labels = Array.isArray(metadata.labels) ? metadata.labels : [];

export function run(pixels) {
  if (pixels?.length !== ${size} || pixels.byteLength !== ${size}) {
    throw new RangeError(\`The image has \${pixels?.byteLength} bytes but the network takes ${size} (${shape}, one byte a channel); resize or convert it first.\`);
  }
  image.set(pixels);
  const label = exports.run();
  return { label, name: labels[label], logits: logits.slice() };
}
`;
  return { source, types: `${comment}${TYPES}` };
}

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const deflated = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(deflated).arrayBuffer());
}

const TYPES = `
/** What a network says of an image. */
export interface Result {
  /** Index of the largest logit; the first of equals. */
  label: number;
  /** The label's name, where the network has names. */
  name?: string;
  /** Integer logits, the same as from every other engine. */
  logits: Int32Array;
}

/** The images that the network takes. */
export declare const input: { readonly height: number; readonly width: number; readonly channels: number };
/** How many logits come out. */
export declare const classes: number;
/** What travels with the network: name, labels, how it was trained. */
export declare const metadata: {
  readonly name?: string;
  readonly labels?: readonly string[];
  readonly preprocessing?: string;
  readonly training?: Readonly<Record<string, string | number>>;
  readonly license?: string;
};

/**
 * Runs the network on one image.
 *
 * @param pixels height x width x channels bytes, channels last, raw pixels 0..255
 * @throws {RangeError} if the image is not bytes or has another size
 */
export declare function run(pixels: Uint8Array | Uint8ClampedArray): Result;
`;

/** In pieces, because a call takes only so many arguments. */
function base64(bytes: Uint8Array): string {
  const PIECE = 32768;
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE) {
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return btoa(text);
}
