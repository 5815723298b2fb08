import type { EngineBuild } from '../builds/builds.js';
import { alignUp } from '../format/arena.js';
import { ENGINE_STATIC_BYTES } from '../format/layout.js';
import type { Model } from '../format/parse.js';
import { kernelOf } from './kernels.js';

/** What the simd build writes down of each op: its kernel, and where its expanded weights are. */
const OP_ENTRY_BYTES = 8;

/**
 * Bytes of linear memory that a build of the engine uses for a model: its own data, the file, the arena, the scratch
 * memory of the op that needs most, and what the simd kernels made of the weights (assembly/index.ts). A runtime
 * rounds this up to its pages; an interpreter with a memory limit need not.
 *
 * @param build the engine's build; default: what boards run
 */
export function memoryRequirement(model: Model, build: EngineBuild = 'mvp'): number {
  const kernels = model.nodes.map((_, index) => kernelOf(model, index, build));
  const arena = alignUp(ENGINE_STATIC_BYTES + model.fileBytes);
  const scratch = alignUp(arena + model.arenaBytes);
  const scratchEnd = scratch + Math.max(...kernels.map((kernel) => kernel.scratchBytes));
  if (build === 'mvp') return scratchEnd;
  const entries = alignUp(scratchEnd);
  const expanded = alignUp(entries + kernels.length * OP_ENTRY_BYTES);
  return kernels.reduce((end, kernel) => end + kernel.expandedBytes, expanded);
}
