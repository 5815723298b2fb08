// The number of this instance's thread: thread 0 calls the engine. Builds without threads have no other.

let number: u32 = 0;

export function setThread(thread: u32): void {
  number = thread;
}

export function thisThread(): u32 {
  return number;
}
