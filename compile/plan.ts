import type { Model } from '@bd-edge/sdk/internal';
import { alignUp, kernelOf, ModelError, tensorBytes } from '@bd-edge/sdk/internal';
import * as layout from '@bd-edge/sdk/internal/layout';
import type { CompiledBuild } from './builds.js';
import { type OpParts, partsOf } from './parts.js';

/** The memory layout of a compiled module, and the parts that run each op. */
export interface CompiledPlan {
  ops: PlannedOp[];
  model: number;
  arena: number;
  scratch: number;
  /** The image. */
  input: Span;
  /** The logits. */
  logits: Span;
  /** The end of the used memory, from address 0. */
  memoryBytes: number;
}

export interface PlannedOp {
  parts: OpParts;
  /** The address of its expanded weights, or 0 if it has none. */
  expanded: number;
  /** The choice of the kernel's plan, or 1 if the kernel pools sums; 0 if there is no choice. */
  choice: number;
}

export interface Span {
  address: number;
  bytes: number;
}

/** The same limit as the engine's (assembly/index.ts): without the last page, so that no address exceeds 2^32. */
const MAX_BYTES = 0xffff0000;

/**
 * Plans a network's memory in the engine's order: [statics][tables][model][arena][scratch][expanded weights]. The
 * tables get no more memory than this network needs.
 *
 * @throws {ModelError} if the network needs more than a 32-bit memory
 */
export function planModule(model: Model, build: CompiledBuild): CompiledPlan {
  const kernels = model.ops.map((_, index) => kernelOf(model, index, build));
  const address = alignUp(
    layout.ENGINE_STATIC_BYTES + Math.max(...kernels.map(({ table }) => table?.bytes ?? 0)),
  );
  const arena = alignUp(address + model.fileBytes);
  const scratch = alignUp(arena + model.arenaBytes);
  let end = alignUp(scratch + Math.max(...kernels.map((kernel) => kernel.scratchBytes)));
  const ops = kernels.map((kernel, index): PlannedOp => {
    const expanded = kernel.expandedBytes === 0 ? 0 : end;
    end = alignUp(end + kernel.expandedBytes);
    const parts = partsOf(model, index, kernel, build);
    return { parts, expanded, choice: kernel.table?.choice ?? Number(kernel.poolsSums ?? 0) };
  });
  if (end > MAX_BYTES) throw new ModelError(layout.OUT_OF_MEMORY);
  const span = (tensor: number): Span => ({
    address: arena + model.tensors[tensor].offset,
    bytes: tensorBytes(model.tensors[tensor]),
  });
  return {
    ops,
    model: address,
    arena,
    scratch,
    input: span(0),
    logits: span(model.ops.length),
    memoryBytes: end,
  };
}
