import { crc32 } from './crc32';
import { scalarScratchBytes } from './kernels/scratch';
import { simdEnd, simdExpand, simdScratchBytes } from './kernels/simd/index';
import { tablesEnd } from './kernels/simd/table/addresses';
import {
  ENGINE_ABI,
  ENGINE_STATIC_BYTES,
  HEADER_ARENA_BYTES,
  HEADER_OP_COUNT,
  IN_PLACE,
  OUT_OF_MEMORY,
  SECTION_ALIGNMENT,
  VALID,
} from './layout';
import { boardScratchBytes } from './op';
import { leaveInPlace, residentEnd } from './place';
import { runAlone } from './run-op';
import { batchBytes, callTeam, openTeam, restTeam, share, threads } from './team';
import { offset, tensorBytes } from './tensor';
import { validate } from './validate';

// The engine: one model in linear memory, [statics][model][arena][scratch], without any allocation after
// load. The simd build has [tables] before the model, and behind the scratch memory [kernels of the
// ops][expanded weights]. With threads, each thread has its own [tables] and its own [arena][scratch], and at
// the end are a batch's images and logits.

let arena: usize = 0;
let scratch: usize = 0;
let ops: u32 = 0;
let end: usize = 0;

/** Returns the address of the model. */
function modelAddress(): usize {
  if (ASC_FEATURE_SIMD) return tablesEnd(ASC_FEATURE_THREADS ? threads() : 1);
  return ENGINE_STATIC_BYTES;
}

/** Returns the version of these functions. */
export function abi(): u32 {
  return ENGINE_ABI;
}

/**
 * Unloads the model and makes room for a new one. In the board build, 0 bytes mean that the model stays where
 * the board keeps it: place.ts.
 *
 * @returns where to write its bytes (IN_PLACE: nowhere, they stay), or 0 if there is not enough memory
 */
export function reserve(modelBytes: u32): usize {
  ops = 0;
  if (isDefined(BOARD_KERNELS)) {
    leaveInPlace(modelBytes == 0);
    if (modelBytes == 0) return <usize>IN_PLACE;
  }
  const model = modelAddress();
  return grow(<u64>model + modelBytes) ? model : 0;
}

/**
 * Validates the model at the address that `reserve` returned, and takes the memory that it needs.
 *
 * @returns 0, or what is wrong: see VALID in layout.ts
 */
export function loadModel(modelBytes: u32): u32 {
  ops = 0;
  const model = modelAddress();
  const fault = validate(model, modelBytes);
  if (fault != VALID) return fault;
  const count: u32 = load<u16>(model + HEADER_OP_COUNT);
  arena = align(residentEnd(model, modelBytes));
  // 64 bits, since a hostile model can ask for more than a memory can have.
  const arenaEnd = (<u64>arena + load<u32>(model + HEADER_ARENA_BYTES) + 15) & ~15;
  scratch = <usize>arenaEnd;
  if (ASC_FEATURE_SIMD) {
    // The bytes of one thread, a multiple of the alignment.
    const own = (arenaEnd - arena + simdScratchBytes(model, count) + 15) & ~15;
    const start = arena + own * (ASC_FEATURE_THREADS ? threads() : 1);
    if (start > 0xffff0000) return OUT_OF_MEMORY;
    const expanded = simdEnd(model, count, <usize>start);
    let needed = expanded;
    if (ASC_FEATURE_THREADS) needed = ((expanded + 15) & ~15) + batchBytes(model, count);
    if (!grow(needed)) return OUT_OF_MEMORY;
    end = <usize>needed;
    simdExpand(model, count);
    if (ASC_FEATURE_THREADS) openTeam(model, arena, scratch, count, <u32>own, align(<usize>expanded));
  } else {
    let needed: u64 = 0;
    for (let index: u32 = 0; index < count; index++) needed = max(needed, scratchBytes(model, index));
    needed += arenaEnd;
    if (!grow(needed)) return OUT_OF_MEMORY;
    end = <usize>needed;
  }
  ops = count;
  return VALID;
}

/** Returns the end of the engine's own data, at most ENGINE_STATIC_BYTES. */
export function staticEnd(): usize {
  return __heap_base;
}

/** Returns the bytes of linear memory that engine and model use, from address 0. */
export function memoryUsed(): usize {
  return end;
}

/** Returns the number of ops of the loaded model; 0 if none is loaded. */
export function opCount(): u32 {
  return ops;
}

/** Returns the address of a tensor of the loaded model: 0 is the image, k the output of op k - 1. */
export function tensorAddress(tensor: u32): usize {
  return arena + offset(modelAddress(), tensor);
}

/** Returns the bytes of a tensor of the loaded model. */
export function tensorSize(tensor: u32): u32 {
  return <u32>tensorBytes(modelAddress(), tensor);
}

/** Runs one op, after those before it. */
export function runOp(index: u32): void {
  if (ASC_FEATURE_THREADS) {
    if (share(index)) return;
  }
  runAlone(modelAddress(), arena, scratch, index);
}

/** Runs all ops on the image in tensor 0. */
export function run(): void {
  if (ASC_FEATURE_THREADS) callTeam();
  for (let index: u32 = 0; index < ops; index++) runOp(index);
  if (ASC_FEATURE_THREADS) restTeam();
}

/** Returns the CRC-32 of a tensor. */
export function tensorChecksum(tensor: u32): u32 {
  return crc32(tensorAddress(tensor), tensorSize(tensor));
}

function scratchBytes(model: usize, index: u32): u64 {
  if (isDefined(BOARD_KERNELS)) return boardScratchBytes(model, index);
  return scalarScratchBytes(model, index);
}

function align(address: usize): usize {
  return (address + SECTION_ALIGNMENT - 1) & ~(SECTION_ALIGNMENT - 1);
}

/** Grows memory up to an address. @returns false if that is not possible, as on a board, which rejects memory.grow */
function grow(address: u64): bool {
  if (address > 0xffff0000) return false;
  const pages = <i32>((address + 0xffff) >>> 16) - memory.size();
  if (isDefined(BOARD_KERNELS) || isDefined(FIXED_MEMORY)) return pages <= 0;
  return pages <= 0 || memory.grow(pages) >= 0;
}
