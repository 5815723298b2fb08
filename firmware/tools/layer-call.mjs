// One op of a model as a message for programs that run it alone: firmware/bench/one-layer.c on boards, and
// firmware/testing/run-layer.c on this machine.

const HEADER_SECTIONS = 40;
const OP_BYTES = 48;
const WORD = 4;
const TYPES = { u8: 0, bits: 1, int32: 2, int16: 3 };
const UNITS = { u8: 1, int32: 4, int16: 2 };

/**
 * @typedef {object} LayerCall
 * @property {Record<string, number>} op the fields of struct engine_layer, addresses excepted
 * @property {Uint8Array} image the input
 * @property {Uint8Array} weights
 * @property {Uint8Array} parameters
 * @property {Uint8Array} addend empty if nothing is added
 * @property {number} outputBytes
 * @property {number} leastScratch the least bytes of scratch memory, as layer_scratch_bytes() computes them
 */

/**
 * Takes an op out of a model.
 *
 * @param {Uint8Array} model the bytes of a valid .bdm
 * @param {{ ops: any[], tensors: any[] }} parsed the same, parsed
 * @param {number} index the op
 * @param {Uint8Array} image the bytes of the tensor that it reads
 * @param {Uint8Array} [addend] the bytes of the tensor that is added
 * @returns {LayerCall}
 */
export function layerCall(model, parsed, index, image, addend = new Uint8Array()) {
  const view = new DataView(model.buffer, model.byteOffset);
  const record = view.getUint32(HEADER_SECTIONS, true) + index * OP_BYTES;
  const byte = (offset) => view.getUint8(record + offset);
  const parts = (at) => view.getUint32(record + at, true);
  const { kind, input, epilogue } = parsed.ops[index];
  const [from, to] = [parsed.tensors[input], parsed.tensors[index + 1]];
  const added = epilogue?.kind === 'fixed-point' && epilogue.addend;
  const op = {
    opcode: byte(0),
    outputsPerSum: byte(3),
    shift: byte(6),
    kernelHeight: byte(20),
    kernelWidth: byte(21),
    strideY: byte(22),
    strideX: byte(23),
    paddingTop: byte(24),
    paddingLeft: byte(25),
    poolHeight: byte(26),
    poolWidth: byte(27),
    input: 0,
    ...shape('input', from),
    output: 0,
    ...shape('output', to),
    weights: 0,
    parameters: 0,
    addend: 0,
    addendChannels: added ? parsed.tensors[added].channels : 0,
    scratch: 0,
  };
  const bytes = sizes(kind, op, parsed.ops[index].filters);
  return {
    op,
    image,
    weights: model.subarray(parts(28), parts(28) + bytes.weights),
    parameters: model.subarray(parts(32), parts(32) + bytes.parameters),
    addend: added ? addend : new Uint8Array(),
    outputBytes: to.height * to.width * pixelBytes(to),
    leastScratch: bytes.scratch,
  };
}

/**
 * Returns the message for firmware/bench/one-layer.c: the op, with places in the board's memory; the bytes of scratch
 * memory, the number of the bytes that follow, and these.
 *
 * @param {LayerCall} call
 * @param {number} scratch
 */
export function boardMessage(call, scratch) {
  const op = { ...call.op };
  let end = 0;
  const place = (bytes) => {
    const at = end;
    end += Math.ceil(bytes / 8) * 8;
    return at;
  };
  const parts = [];
  const { image, weights, parameters, addend } = call;
  for (const [name, bytes] of Object.entries({ input: image, weights, parameters, addend })) {
    op[name] = place(bytes.length);
    parts.push({ at: op[name], bytes });
  }
  const data = new Uint8Array(end);
  for (const { at, bytes } of parts) data.set(bytes, at);
  op.output = place(call.outputBytes);
  op.scratch = place(scratch);
  return join(words([...Object.values(op), scratch, data.length]), data);
}

/**
 * Returns the message for firmware/testing/run-layer.c: the op, the bytes of scratch memory, then its parts.
 *
 * @param {LayerCall} call
 * @param {number} scratch
 */
export function hostMessage({ op, image, weights, parameters, addend }, scratch) {
  return join(words([...Object.values(op), scratch]), image, weights, parameters, addend);
}

function shape(name, { type, height, width, channels, planes }) {
  return {
    [`${name}Type`]: TYPES[type],
    [`${name}Height`]: height,
    [`${name}Width`]: width,
    [`${name}Channels`]: channels,
    [`${name}Planes`]: planes,
  };
}

const wordsFor = (bits) => Math.ceil(bits / 32);

function pixelBytes({ type, channels, planes }) {
  return type === 'bits' ? planes * wordsFor(channels) * WORD : channels * UNITS[type];
}

/** Returns the bytes of the op's parts. */
function sizes(kind, op, filters) {
  const taps = op.kernelHeight * op.kernelWidth;
  const inputs = taps * op.inputChannels;
  const pools = op.poolHeight * op.poolWidth > 1;
  const bits = op.outputType === TYPES.bits;
  if (kind === 'max-pool')
    return {
      weights: 0,
      parameters: bits ? op.inputPlanes * wordsFor(op.inputChannels) * WORD : 0,
      scratch: 0,
    };
  const numbers = op.outputsPerSum * filters;
  const masks = op.outputsPerSum * wordsFor(filters) * (pools ? 2 : 1);
  const parameters = bits ? numbers + masks : op.outputType === TYPES.int32 ? filters : 3 * numbers;
  if (kind === 'sum-pool') return { weights: 0, parameters: parameters * WORD, scratch: 0 };
  const binary = kind === 'binary-convolution';
  const inputBytes = binary ? op.inputPlanes : op.inputType === TYPES.int16 ? 2 : 1;
  const pixel = bits
    ? op.outputPlanes * wordsFor(op.outputChannels) * WORD
    : op.outputChannels * (op.outputType === TYPES.u8 ? 1 : 2);
  const whole = (bytes) => Math.ceil(bytes / WORD) * WORD;
  return {
    weights: binary ? wordsFor(filters) * inputs * WORD : filters * inputs,
    parameters: parameters * WORD,
    scratch: whole(inputs * inputBytes) + 128 + (pools ? whole(pixel) : 0),
  };
}

const words = (values) => new Uint8Array(Uint32Array.from(values).buffer);

function join(...parts) {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
