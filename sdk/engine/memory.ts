import { ENGINE_STATIC_BYTES, HEADER_BYTES, OP_BYTES, TABLE_AREA_BYTES } from '../../assembly/layout.js';
import type { EngineBuild } from '../builds/builds.js';
import { alignUp } from '../format/arena.js';
import type { Model } from '../format/parse.js';
import { tensorBytes } from '../format/tensor.js';
import { kernelOf } from './kernels.js';

/** The simd build's entry for each op: its kernel, and the address of its expanded weights. */
const OP_ENTRY_BYTES = 8;

/** Images of a batch for each thread of the simd-threads build. */
const BATCH_IMAGES = 4;

/**
 * Returns the bytes of linear memory that a build of the engine uses for a model. They are for its own data,
 * the simd kernels' tables, the file, the arena, the largest scratch memory of an op, and the simd kernels'
 * expanded weights (assembly/index.ts). With threads, each has its own tables, arena and scratch memory, and
 * there are the images of a batch. A runtime rounds this up to pages; an interpreter with a memory limit need
 * not.
 *
 * @param build the engine's build (default: the build that boards run)
 * @param threads the number of threads of the `simd-threads` build
 */
export function memoryRequirement(model: Model, build: EngineBuild = 'mvp', threads = 1): number {
  const kernels = model.ops.map((_, index) => kernelOf(model, index, build));
  const count = build === 'simd-threads' ? threads : 1;
  const tables = build === 'mvp' ? 0 : TABLE_AREA_BYTES * count;
  const arena = alignUp(ENGINE_STATIC_BYTES + tables + model.fileBytes);
  const scratch = alignUp(arena + model.arenaBytes);
  const scratchEnd = scratch + Math.max(...kernels.map((kernel) => kernel.scratchBytes));
  if (build === 'mvp') return scratchEnd;
  const entries = arena + alignUp(scratchEnd - arena) * count;
  const expanded = alignUp(entries + kernels.length * OP_ENTRY_BYTES);
  const end = kernels.reduce((sum, kernel) => sum + kernel.expandedBytes, expanded);
  if (build === 'simd') return end;
  const ends = [model.tensors[0], model.tensors[model.tensors.length - 1]];
  const image = ends.reduce((sum, shape) => sum + alignUp(tensorBytes(shape)), 0);
  return alignUp(end) + image * BATCH_IMAGES * count;
}

/**
 * Returns the bytes of linear memory on a board whose native kernels read the weights in flash
 * (assembly/place.ts): for the engine's data, header and op records, parameters, arena and scratch memory.
 */
export function memoryWithoutWeights(model: Model): number {
  const parameters = alignUp(ENGINE_STATIC_BYTES + HEADER_BYTES + model.ops.length * OP_BYTES);
  const arena = alignUp(parameters + model.parameterBytes);
  const scratch = model.ops.map((_, index) => kernelOf(model, index, 'mvp').scratchBytes);
  return alignUp(arena + model.arenaBytes) + Math.max(...scratch);
}
