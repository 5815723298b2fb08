import type { CompiledModel } from './compile.js';
import { title } from './names.js';

export interface JavaScriptFiles {
  /** The text of an `.mjs`. */
  source: string;
  /** The text of the `.d.mts` beside it. */
  types: string;
}

/**
 * Generates an ES module that contains the compiled module, deflated: `run(image)`, `input`, `classCount`, `metadata`.
 * It needs no package and no other file, and awaits WebAssembly at its top level.
 */
export async function toJavaScript(compiled: CompiledModel): Promise<JavaScriptFiles> {
  const { height, width, channels } = compiled.model.input;
  const comment = `// ${title(compiled.model)}.\n`;
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
export const classCount = logits.length;
export const metadata = JSON.parse(
  new TextDecoder().decode(new Uint8Array(buffer, exports.metadata(), exports.metadataBytes())) || '{}',
);

const classNames = Array.isArray(metadata.labels) ? metadata.labels : [];

export function run(pixels) {
  if (pixels?.length !== ${size} || pixels.byteLength !== ${size}) {
    throw new RangeError(\`expected ${size} bytes (${shape}, one byte per channel); received \${pixels?.byteLength}\`);
  }
  image.set(pixels);
  const classIndex = exports.run();
  return { classIndex, className: classNames[classIndex], logits: logits.slice() };
}
`;
  return { source, types: `${comment}${TYPES}` };
}

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const deflated = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(deflated).arrayBuffer());
}

const TYPES = `
/** The output for one image. */
export interface Result {
  /** The index of the largest logit; the first of equals. */
  classIndex: number;
  /** The name of the class, if the network has class names. */
  className?: string;
  /** Integer logits, the same as from every other engine. */
  logits: Int32Array;
}

/** The shape of an image. */
export declare const input: { readonly height: number; readonly width: number; readonly channels: number };
/** The number of logits. */
export declare const classCount: number;
/** The metadata of the network: name, labels, training. */
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

/** Encodes in pieces, because the number of arguments of a call is limited. */
function base64(bytes: Uint8Array): string {
  const PIECE = 32768;
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE) {
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return btoa(text);
}
