import type { Model } from '@bd-edge/sdk/internal';
import { alignUp, kernelOf, layout, ModelError, tensorBytes } from '@bd-edge/sdk/internal';
import type { CompiledBuild } from './builds.js';
import { type OpParts, partsOf } from './parts.js';

/** Where everything of a network lies in a compiled module's memory, and what runs it. */
export interface CompiledPlan {
  ops: PlannedOp[];
  model: number;
  arena: number;
  scratch: number;
  /** Address and bytes of the image. */
  input: Span;
  /** Address and bytes of the logits. */
  logits: Span;
  /** The end of what is used, from address 0. */
  memoryBytes: number;
}

export interface PlannedOp {
  parts: OpParts;
  /** Where its expanded weights are; 0 without any. */
  expanded: number;
  /** What the kernel's plan chose, or 1 where it does the pool behind it too; 0 where there is nothing to choose. */
  choice: number;
}

export interface Span {
  address: number;
  bytes: number;
}

/** As in the engine (assembly/index.ts): the last page is left alone, so that no address passes 2^32. */
const MOST_BYTES = 0xffff0000;

/**
 * Lays a network out as the engine does, [statics][tables][model][arena][scratch][expanded weights], but before anything
 * runs, and with no more memory for tables than they need.
 *
 * @throws {ModelError} if it needs more than a 32-bit memory
 */
export function planModule(model: Model, build: CompiledBuild): CompiledPlan {
  const kernels = model.nodes.map((_, index) => kernelOf(model, index, build));
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
    return { parts, expanded, choice: kernel.table?.choice ?? Number(kernel.takesPool ?? 0) };
  });
  if (end > MOST_BYTES) throw new ModelError(layout.OUT_OF_MEMORY);
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
    logits: span(model.nodes.length),
    memoryBytes: end,
  };
}
