import { type Model, parseModel, UsageError } from '@bd-edge/sdk/internal';
import * as layout from '@bd-edge/sdk/internal/layout';
import { COMPILED_ABI, type CompiledFunction } from './abi.js';
import { COMPILED_BUILDS, type CompiledBuild } from './builds.js';
import { partsWasm } from './parts.js';
import { type CompiledPlan, planModule, type Span } from './plan.js';
import { invalidParts } from './wasm/errors.js';
import { leaveOut } from './wasm/leave-out.js';
import { type ConstantCall, callsOnly, callsThenResult, constant } from './wasm/make-function.js';
import type { Function } from './wasm/module.js';
import { readModule } from './wasm/read-module.js';
import { writeModule } from './wasm/write-module.js';

export interface CompileOptions {
  /** Default: `mvp`. */
  build?: CompiledBuild;
}

/** A network with the parts of the engine that it needs, in one module. */
export interface CompiledModel {
  /** The module, without imports; docs/compile.md lists its exports. */
  wasm: Uint8Array<ArrayBuffer>;
  build: CompiledBuild;
  /** The `.bdm`. */
  bytes: Uint8Array;
  /** The parsed `.bdm`. */
  model: Model;
  /** The linear memory that the module uses, in bytes from address 0. It is rounded up to pages and never grows. */
  memoryBytes: number;
  /** The names of the engine's parts that the network uses. */
  parts: string[];
}

const PAGE_BYTES = 65536;

/**
 * Compiles a `.bdm` and the engine into one WebAssembly module without imports.
 *
 * The network is validated here and not again when the module runs. The module's `run` is a list of calls, one for each
 * op, with constant addresses. Parts of the engine that the network does not use are left out.
 *
 * ```js
 * import { compileModel } from '@bd-edge/compile';
 *
 * const { wasm } = compileModel(await readFile('model.bdm'));
 * await writeFile('model.wasm', wasm);
 * ```
 *
 * @throws {ModelError} if the buffer is not a valid model, or needs more than a 32-bit memory
 * @throws {UsageError} code `unknown-build` if `build` is not one of {@link COMPILED_BUILDS}
 */
export function compileModel(bytes: Uint8Array, { build = 'mvp' }: CompileOptions = {}): CompiledModel {
  if (!COMPILED_BUILDS.includes(build)) {
    throw new UsageError(
      'unknown-build',
      `Unknown engine build "${build}"; choose one of ${COMPILED_BUILDS.join(', ')}.`,
      { received: build, expected: COMPILED_BUILDS },
    );
  }
  const model = parseModel(bytes);
  const plan = planModule(model, build);
  const module = readModule(partsWasm(build));
  const part = (name: string): Function => {
    const found = module.functions.get(name);
    if (!found) throw invalidParts(`"${name}" is missing`);
    return found;
  };

  const prepare = plan.ops.flatMap(({ parts, expanded, choice }, index): ConstantCall[] => {
    if (parts.prepare === undefined) return [];
    return [{ target: part(parts.prepare), arguments: [plan.model, expanded, choice, index] }];
  });
  const run = plan.ops.map(({ parts, expanded, choice }, index): ConstantCall => {
    const { model, arena, scratch } = plan;
    return { target: part(parts.run), arguments: [model, arena, scratch, expanded, choice, index] };
  });
  const functions = compiledFunctions(plan, bytes, run, part('argmax'));

  const used = new Set(
    plan.ops.flatMap(({ parts }) => [parts.run, parts.prepare ?? [], parts.inside].flat()),
  );
  const unused = [...module.functions].filter(([name]) => !used.has(name) && name !== 'argmax');
  const start = prepare.length > 0 ? callsOnly(prepare) : undefined;
  const roots = [...functions.values(), ...(start ? [start] : [])];
  leaveOut(new Set(unused.map(([, unusedPart]) => unusedPart)), roots);

  const segments = [...module.segments, { address: plan.model, bytes }];
  const pages = Math.ceil(plan.memoryBytes / PAGE_BYTES);
  const wasm = writeModule({ functions, segments }, { pages, start });
  return { wasm, build, bytes, model, memoryBytes: plan.memoryBytes, parts: [...used].sort() };
}

function compiledFunctions(
  plan: CompiledPlan,
  bytes: Uint8Array,
  run: readonly ConstantCall[],
  argmax: Function,
): Map<CompiledFunction, Function> {
  const logitCount = plan.logits.bytes / Int32Array.BYTES_PER_ELEMENT;
  const metadata = metadataIn(bytes);
  const result: Record<CompiledFunction, Function> = {
    abi: constant(COMPILED_ABI),
    input: constant(plan.input.address),
    inputBytes: constant(plan.input.bytes),
    run: callsThenResult(run, { target: argmax, arguments: [plan.logits.address, logitCount] }),
    logits: constant(plan.logits.address),
    logitCount: constant(logitCount),
    metadata: constant(plan.model + metadata.address),
    metadataBytes: constant(metadata.bytes),
    model: constant(plan.model),
    modelBytes: constant(bytes.length),
  };
  return new Map(Object.entries(result) as [CompiledFunction, Function][]);
}

/** Returns the metadata section of a valid `.bdm`. */
function metadataIn(bytes: Uint8Array): Span {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const entry = layout.HEADER_SECTIONS + layout.SECTION_METADATA * 8;
  return { address: view.getUint32(entry, true), bytes: view.getUint32(entry + 4, true) };
}
