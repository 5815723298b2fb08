import { expect, test } from 'vitest';
import { ENGINE_STATIC_BYTES, OUT_OF_MEMORY, VALID } from '../../assembly/layout.js';
import type { EngineBuild } from '../builds/builds.js';
import { encodeModel } from '../format/encode.js';
import { INVALID_METADATA, ModelError } from '../format/model-error.js';
import { countOperations, type Model, parseModel } from '../format/parse.js';
import { referenceLogits } from '../reference/reference.js';
import { boardEngine } from '../testing/board-engine.js';
import { mutate } from '../testing/mutations.js';
import { random, randomGraph } from '../testing/random-graph.js';
import { sharedMemory } from './team.js';
import { engineWasm } from './wasm.js';

/** `npm run fuzz` asks for 100,000. */
const ROUNDS = Number(process.env.BD_EDGE_FUZZ_ROUNDS ?? 4000);
/** Operations that the reference does in some milliseconds. */
const MAX_OPERATIONS = 1_000_000;
/** The value of all pixels of the image. */
const PIXEL = 200;

test(`${ROUNDS} hostile buffers: engines and parser give the same answer, and valid ones give the logits of the reference`, async () => {
  const engines = [
    await bareEngine('mvp'),
    await bareEngine('mvp'),
    await bareEngine('simd'),
    await bareEngine('simd'),
    await bareEngine('simd-threads'),
    await bareEngine('simd-threads'),
    await bareBoardEngine(false),
    await bareBoardEngine(true),
  ];
  const valid = Array.from({ length: 80 }, (_, seed) => encodeModel(randomGraph(random(seed), seed % 6)));
  let accepted = 0;
  let compared = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const bytes = mutate(valid[round % valid.length], random(round));
    const answers = engines.map((engine, index) => engine.load(bytes, index % 2 === 0 ? 0x00 : 0xa5));
    const { model, answer } = parsed(bytes);
    // A board has 16 MiB, which a valid arena can exceed.
    const expected = answers.map((given) => (answer === VALID && given === OUT_OF_MEMORY ? given : answer));
    if ((answer & 0xff) !== INVALID_METADATA)
      expect({ round, answers }).toEqual({ round, answers: expected });
    if (answers.some((given) => given !== VALID)) continue;
    accepted++;
    // The memory around the buffer must not change the result.
    const [first, ...others] = engines.map((engine) => engine.run());
    for (const other of others) expect({ round, logits: other }).toEqual({ round, logits: first });
    if (!model || operationsOf(model) > MAX_OPERATIONS) continue;
    compared++;
    const { height, width, channels } = model.input;
    const logits = referenceLogits(model, new Uint8Array(height * width * channels).fill(PIXEL));
    expect({ round, logits: new Int32Array(first.buffer) }).toEqual({ round, logits });
  }
  expect(compared).toBeGreaterThan(accepted / 2);
  expect(accepted).toBeGreaterThan(ROUNDS / 40);
}, 3_600_000);

/** Returns the functions of the wasm; `load` fills the memory around the model. */
async function bareEngine(build: EngineBuild) {
  const shared = { env: { memory: sharedMemory(Infinity) }, 'threads-host': { stalled() {} } };
  const imports = build === 'simd-threads' ? shared : {};
  const { instance } = await WebAssembly.instantiate(await engineWasm(build), imports);
  const wasm = instance.exports as Record<string, (...args: number[]) => number>;
  const memory = instance.exports.memory as WebAssembly.Memory;
  return {
    load(bytes: Uint8Array, fill: number): number {
      const address = wasm.reserve(bytes.length);
      const everything = new Uint8Array(memory.buffer);
      everything.fill(fill, ENGINE_STATIC_BYTES, 2 ** 18);
      everything.set(bytes, address);
      return wasm.loadModel(bytes.length) >>> 0;
    },
    run: () => run(wasm, memory),
  };
}

/** Returns the same for the build for boards, with its model in linear memory or in the board's flash. */
async function bareBoardEngine(leaveInPlace: boolean) {
  const engine = await boardEngine();
  return {
    load(bytes: Uint8Array, fill: number): number {
      engine.wasm.reserve(bytes.length);
      new Uint8Array(engine.memory.buffer).fill(fill, ENGINE_STATIC_BYTES);
      return engine.load(bytes, leaveInPlace);
    },
    run: () => run(engine.wasm, engine.memory),
  };
}

/** Returns the operations of one image. */
function operationsOf(model: Model): number {
  return model.ops.reduce((sum, op) => sum + countOperations(op, model.tensors[op.input]), 0);
}

function run(
  wasm: Record<string, (...args: number[]) => number>,
  memory: WebAssembly.Memory,
): Uint8Array<ArrayBuffer> {
  const view = (tensor: number) =>
    new Uint8Array(memory.buffer, wasm.tensorAddress(tensor), wasm.tensorSize(tensor));
  view(0).fill(PIXEL);
  wasm.run();
  return view(wasm.opCount()).slice();
}

/** Returns the model, if it is valid, and the parser's answer in the form of an engine's. */
function parsed(bytes: Uint8Array): { model?: Model; answer: number } {
  try {
    return { model: parseModel(bytes), answer: VALID };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { answer: (error.number | ((error.op === undefined ? 0 : error.op + 1) << 8)) >>> 0 };
  }
}
