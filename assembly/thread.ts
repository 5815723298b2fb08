// Which thread this instance is: 0 calls the engine, and is the only one without threads.

let number: u32 = 0;

export function setThread(thread: u32): void {
  number = thread;
}

export function thisThread(): u32 {
  return number;
}
