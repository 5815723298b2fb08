import {
  setSimdEntries,
  simdDivide,
  simdEntries,
  simdFinish,
  simdPart,
  simdSpread,
} from './kernels/simd/index';
import { SECTION_ALIGNMENT } from './layout';
import { runAlone } from './run-op';
import { offset, tensorBytes } from './tensor';
import { setThread, thisThread } from './thread';
import { stalled } from './threads-host';

// Threads: instances of the simd-threads build that share one memory. Thread 0 calls the engine; the others
// sleep in `work` until an inference begins.
//
// An op that can be divided becomes a ticket: a number of its own, and how many parts of the op are left. The
// thread that decrements the count takes that part. So no thread waits for one that is late, only for parts
// that have begun; if all other threads are lost, thread 0 computes everything itself. It never waits long,
// unless a thread dies within a part: then `stalled` ends the wait. No part of an op writes what another part
// reads: each thread copies the activations that it needs when it takes its first part.
//
// Each instance has its own globals, and AssemblyScript has no stack in memory. Memory is either written by
// one thread while no part is open, or belongs to one thread, or is the part's own piece of the output. Each
// instance that starts writes the constants again, with the same values.

/** The state that threads share: words, except for the ticket. */
const team = memory.data(64, 16);
/** Whether an inference is running. */
const AWAKE = 0;
/** Parts that are not finished. */
const UNFINISHED = 4;
/** The number of the ticket in the upper half, the parts left in the lower. */
const TICKET = 8;
const MODEL = 16;
const ARENA = 20;
const SCRATCH = 24;
const OPS = 28;
/** Bytes from one thread's arena, and scratch memory, to those of the next thread. */
const OWN_BYTES = 32;
const ENTRIES = 36;
const BATCH = 40;
const THREADS = 44;
/** How many models have been loaded. */
const LOADED = 48;
/** The ticket's op. */
const OP = 52;

/** Instead of an op: each part is an image of the batch. */
const IMAGES: u32 = 0xffffffff;
/** Images of a batch for each thread: enough to balance threads that are late. */
const BATCH_IMAGES: u32 = 4;
/** How often thread 0 polls between calls of `stalled`. */
const SPINS: u32 = 4096;
/**
 * How often other threads poll for an inference before they sleep: about 0.1 ms, as long as it takes to wake
 * them.
 */
const REST_SPINS: u32 = 65536;
/** How often they poll for a part before they sleep between polls, and how long they sleep. */
const IDLE_SPINS: u32 = 16384;
const NAP_NANOSECONDS: i64 = 50000;

/** The ticket whose op this instance has open, and the number of the model that it knows. */
let open: u32 = 0;
let loaded: u32 = 0;

export function threads(): u32 {
  return max(1, load<u32>(team + THREADS));
}

/** Sets the number of threads, before a model is loaded. */
export function setThreads(count: u32): void {
  store<u32>(team + THREADS, count);
}

/** Returns the bytes of a batch's images and logits. */
export function batchBytes(model: usize, count: u32): u64 {
  return <u64>(imageBytes(model) + logitsBytes(model, count)) * batchImages();
}

/** Publishes the loaded model to all threads. */
export function openTeam(
  model: usize,
  arena: usize,
  scratch: usize,
  count: u32,
  ownBytes: u32,
  batch: usize,
): void {
  store<u32>(team + MODEL, model);
  store<u32>(team + ARENA, arena);
  store<u32>(team + SCRATCH, scratch);
  store<u32>(team + OPS, count);
  store<u32>(team + OWN_BYTES, ownBytes);
  store<u32>(team + ENTRIES, simdEntries());
  store<u32>(team + BATCH, batch);
  loaded = load<u32>(team + LOADED) + 1;
  store<u32>(team + LOADED, loaded);
}

/** Wakes the other threads for an inference. */
export function callTeam(): void {
  if (threads() == 1) return;
  atomic.store<u32>(team + AWAKE, 1);
  atomic.notify(team + AWAKE, -1);
}

/** Lets the other threads sleep again. */
export function restTeam(): void {
  atomic.store<u32>(team + AWAKE, 0);
}

/** Runs an op on all threads, awake or not. @returns false if the op cannot be divided */
export function share(index: u32): bool {
  const count = threads();
  if (count == 1) return false;
  const model: usize = load<u32>(team + MODEL);
  const arena: usize = load<u32>(team + ARENA);
  const scratch: usize = load<u32>(team + SCRATCH);
  const parts = simdDivide(model, arena, scratch, scratch, index, count);
  if (parts < 2) return false;
  open = offer(index, parts);
  simdSpread(model, arena, index);
  finish();
  simdFinish(model, arena, scratch, index);
  return true;
}

/** Returns the address of the ticket: a test takes a part and never finishes it. */
export function ticketAddress(): usize {
  return team + TICKET;
}

/** Returns how many images a batch holds. */
export function batchImages(): u32 {
  return BATCH_IMAGES * threads();
}

/** Returns the address of image `place` of a batch. */
export function imageAddress(place: u32): usize {
  return load<u32>(team + BATCH) + place * imageBytes(load<u32>(team + MODEL));
}

/** Returns the address of the logits of that image. */
export function logitsAddress(place: u32): usize {
  const model: usize = load<u32>(team + MODEL);
  return imageAddress(batchImages()) + place * logitsBytes(model, load<u32>(team + OPS));
}

/** Runs the first `count` images of the batch, each of them on one thread. */
export function runImages(count: u32): void {
  if (count == 0) return;
  offer(IMAGES, count);
  finish();
}

/** The loop of threads other than 0. It never returns. */
export function work(thread: u32): void {
  setThread(thread);
  while (true) {
    let spins = REST_SPINS;
    while (!atomic.load<u32>(team + AWAKE) && spins > 0) spins--;
    while (!atomic.load<u32>(team + AWAKE)) atomic.wait<i32>(team + AWAKE, 0, -1);
    let idle: u32 = 0;
    while (atomic.load<u32>(team + AWAKE)) {
      if (takePart()) idle = 0;
      // The op is long and not divided, or thread 0 waits for a core, perhaps this one.
      else if (++idle > IDLE_SPINS) atomic.wait<i32>(team + AWAKE, 1, NAP_NANOSECONDS);
    }
  }
}

/** Offers parts to all threads; thread 0 calls it. @returns the ticket's number */
function offer(op: u32, parts: u32): u32 {
  const number = <u32>(load<u64>(team + TICKET) >>> 32) + 1;
  store<u32>(team + OP, op);
  atomic.store<u32>(team + UNFINISHED, parts);
  atomic.store<u64>(team + TICKET, ((<u64>number) << 32) | parts);
  return number;
}

/** Takes parts until all are finished; thread 0 calls it. */
function finish(): void {
  while (takePart()) {}
  for (let round: u32 = 0; ; round++) {
    for (let spins = SPINS; spins > 0; spins--) if (!atomic.load<u32>(team + UNFINISHED)) return;
    stalled(round);
  }
}

/** Takes one part and computes it. @returns false if none is left */
function takePart(): bool {
  const ticket = atomic.load<u64>(team + TICKET);
  if (<u32>ticket == 0) return false;
  // Another thread took this part; there may be more.
  if (atomic.cmpxchg<u64>(team + TICKET, ticket, ticket - 1) != ticket) return true;
  const number = <u32>(ticket >>> 32);
  const part = <u32>ticket - 1;
  if (loaded != load<u32>(team + LOADED)) {
    loaded = load<u32>(team + LOADED);
    setSimdEntries(load<u32>(team + ENTRIES));
  }
  const op = load<u32>(team + OP);
  if (op == IMAGES) runImage(part);
  else {
    if (number != open) openOp(op);
    open = number;
    simdPart(part);
  }
  atomic.sub<u32>(team + UNFINISHED, 1);
  return true;
}

/**
 * Opens an op in this thread's own scratch memory. Each thread makes all copies that it reads: that is faster
 * than to wait for one thread that makes them for all, and to fetch them from its cache.
 */
function openOp(op: u32): void {
  const model: usize = load<u32>(team + MODEL);
  const arena: usize = load<u32>(team + ARENA);
  const shared: usize = load<u32>(team + SCRATCH);
  const own = shared + thisThread() * load<u32>(team + OWN_BYTES);
  simdDivide(model, arena, own, shared, op, threads());
  simdSpread(model, arena, op);
}

/** Runs one image of the batch, in this thread's own arena. */
function runImage(place: u32): void {
  const model: usize = load<u32>(team + MODEL);
  const ops = load<u32>(team + OPS);
  const away = thisThread() * load<u32>(team + OWN_BYTES);
  const arena = load<u32>(team + ARENA) + away;
  const scratch = load<u32>(team + SCRATCH) + away;
  memory.copy(arena + offset(model, 0), imageAddress(place), <usize>tensorBytes(model, 0));
  for (let op: u32 = 0; op < ops; op++) runAlone(model, arena, scratch, op);
  memory.copy(logitsAddress(place), arena + offset(model, ops), <usize>tensorBytes(model, ops));
}

function imageBytes(model: usize): u32 {
  return align(<u32>tensorBytes(model, 0));
}

function logitsBytes(model: usize, count: u32): u32 {
  return align(<u32>tensorBytes(model, count));
}

function align(bytes: u32): u32 {
  return (bytes + SECTION_ALIGNMENT - 1) & ~(<u32>SECTION_ALIGNMENT - 1);
}
