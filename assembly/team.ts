import {
  setSimdEntries,
  simdDivide,
  simdEntries,
  simdPart,
  simdRunWithPool,
  simdSpread,
  simdTakesPool,
} from './kernels/simd/index';
import { SECTION_ALIGNMENT } from './layout';
import { runAlone } from './run-op';
import { offset, tensorBytes } from './tensor';
import { setThread, thisThread } from './thread';
import { stalled } from './threads-host';

// Threads: instances of the simd-threads build over one memory. Thread 0 is who calls the engine; the others sleep in
// `work` until an inference begins.
//
// An op that can be divided becomes a ticket: a number of its own, and how many parts of the op are left. Whoever takes
// one off, takes that part. So nobody waits for a thread that is late, only for parts that were begun; with all other
// threads gone, thread 0 does everything itself. What it waits for is over soon, unless a thread died in the midst of a
// part: `stalled` gets thread 0 out then. An op reads what no part of it writes: each thread copies the activations that
// it wants when it takes its first part.
//
// Globals are each instance's own, and this source has no stack in memory. What is in memory is either written by one
// thread while no part is open, or is `own` memory, or the part's own piece of the output. Constants are written again,
// the same, by each instance that starts.

/** What threads have in common, words but for the ticket. */
const team = memory.data(64, 16);
/** Whether an inference is going on. */
const AWAKE = 0;
/** Parts that are taken or open. */
const UNFINISHED = 4;
/** Which ticket it is in the upper half, parts left in the lower. */
const TICKET = 8;
const MODEL = 16;
const ARENA = 20;
const SCRATCH = 24;
const OPS = 28;
/** Bytes from one thread's arena to the next one's, and from its scratch memory. */
const OWN_BYTES = 32;
const ENTRIES = 36;
const BATCH = 40;
const THREADS = 44;
/** How many models have been loaded. */
const LOADED = 48;
/** The ticket's op. */
const OP = 52;

/** In place of an op: each part is an image of the batch. */
const IMAGES: u32 = 0xffffffff;
/** Images that a batch holds, for each thread: enough that late threads do not matter. */
const BATCH_IMAGES: u32 = 4;
/** How often thread 0 looks before it says that it waits. */
const SPINS: u32 = 4096;
/** How often others look for a next inference before they sleep: some 0.1 ms, about as long as it takes to wake them. */
const REST_SPINS: u32 = 65536;
/** How often they look for a part before they sleep between looks, and how long. */
const IDLE_SPINS: u32 = 16384;
const NAP_NANOSECONDS: i64 = 50000;

/** The ticket whose op this instance has open, and which model it knows. */
let open: u32 = 0;
let loaded: u32 = 0;

export function threads(): u32 {
  return max(1, load<u32>(team + THREADS));
}

/** Says how many threads there are; before a model is loaded. */
export function setThreads(count: u32): void {
  store<u32>(team + THREADS, count);
}

/** Bytes for the images of a batch and for what comes out. */
export function batchBytes(model: usize, count: u32): u64 {
  return <u64>(imageBytes(model) + logitsBytes(model, count)) * batchImages();
}

/** Tells all threads where the loaded model is. */
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

/** Lets them sleep again. */
export function restTeam(): void {
  atomic.store<u32>(team + AWAKE, 0);
}

/** Runs an op with all threads, awake or not; false: it is not to be divided. */
export function share(index: u32): bool {
  const count = threads();
  if (count == 1) return false;
  const model: usize = load<u32>(team + MODEL);
  const arena: usize = load<u32>(team + ARENA);
  const scratch: usize = load<u32>(team + SCRATCH);
  const parts = simdDivide(model, arena, scratch, index, count);
  if (parts < 2) return false;
  open = offer(index, parts);
  simdSpread(model, arena, scratch, index);
  finish();
  return true;
}

/** Where the ticket is: for a test to take a part off it, and never do it. */
export function ticketAddress(): usize {
  return team + TICKET;
}

/** As many images as a batch holds. */
export function batchImages(): u32 {
  return BATCH_IMAGES * threads();
}

/** Where image `place` of a batch is to be. */
export function imageAddress(place: u32): usize {
  return load<u32>(team + BATCH) + place * imageBytes(load<u32>(team + MODEL));
}

/** Where its logits are. */
export function logitsAddress(place: u32): usize {
  const model: usize = load<u32>(team + MODEL);
  return imageAddress(batchImages()) + place * logitsBytes(model, load<u32>(team + OPS));
}

/** Runs the first `count` images of the batch, each on one thread. */
export function runImages(count: u32): void {
  if (count == 0) return;
  offer(IMAGES, count);
  finish();
}

/** What threads other than 0 do, for as long as they live. */
export function work(thread: u32): void {
  setThread(thread);
  while (true) {
    let spins = REST_SPINS;
    while (!atomic.load<u32>(team + AWAKE) && spins > 0) spins--;
    while (!atomic.load<u32>(team + AWAKE)) atomic.wait<i32>(team + AWAKE, 0, -1);
    let idle: u32 = 0;
    while (atomic.load<u32>(team + AWAKE)) {
      if (takePart()) idle = 0;
      // A long op that is not divided, or thread 0 waits for a core, perhaps this one.
      else if (++idle > IDLE_SPINS) atomic.wait<i32>(team + AWAKE, 1, NAP_NANOSECONDS);
    }
  }
}

/** Thread 0: lets all threads take parts. @returns the ticket's number */
function offer(op: u32, parts: u32): u32 {
  const number = <u32>(load<u64>(team + TICKET) >>> 32) + 1;
  store<u32>(team + OP, op);
  atomic.store<u32>(team + UNFINISHED, parts);
  atomic.store<u64>(team + TICKET, ((<u64>number) << 32) | parts);
  return number;
}

/** Thread 0: takes parts too, until all are done. */
function finish(): void {
  while (takePart()) {}
  for (let round: u32 = 0; ; round++) {
    for (let spins = SPINS; spins > 0; spins--) if (!atomic.load<u32>(team + UNFINISHED)) return;
    stalled(round);
  }
}

/** Takes one part and does it; false: none is left. */
function takePart(): bool {
  const ticket = atomic.load<u64>(team + TICKET);
  if (<u32>ticket == 0) return false;
  // Whoever comes first; if it was another, there may be more.
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
 * Gets an op ready in this thread's own scratch memory. Each thread makes all of the copies that it reads: sooner than
 * waiting for one that makes them for all, and then fetching them from its cache.
 */
function openOp(op: u32): void {
  const model: usize = load<u32>(team + MODEL);
  const arena: usize = load<u32>(team + ARENA);
  const own = load<u32>(team + SCRATCH) + thisThread() * load<u32>(team + OWN_BYTES);
  simdDivide(model, arena, own, op, threads());
  simdSpread(model, arena, own, op);
}

/** One image of the batch, in an arena of this thread's own. */
function runImage(place: u32): void {
  const model: usize = load<u32>(team + MODEL);
  const ops = load<u32>(team + OPS);
  const away = thisThread() * load<u32>(team + OWN_BYTES);
  const arena = load<u32>(team + ARENA) + away;
  const scratch = load<u32>(team + SCRATCH) + away;
  memory.copy(arena + offset(model, 0), imageAddress(place), <usize>tensorBytes(model, 0));
  for (let op: u32 = 0; op < ops; op++) {
    if (simdTakesPool(op)) simdRunWithPool(model, arena, scratch, op++);
    else runAlone(model, arena, scratch, op);
  }
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
