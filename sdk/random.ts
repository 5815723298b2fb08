/**
 * The generator of seeded random numbers, mulberry32 (public domain, Tommy Ettinger). The same seed gives
 * the same numbers on every machine. It has 32 bits of state and a period of 2^32: good enough for tests,
 * shuffling and initial weights, but not for secrets.
 */
export class Mulberry32 {
  /** The complete state: `new Mulberry32(state)` continues where this generator is. */
  state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** Returns a number that is uniform in [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Returns an integer, 0 <= n < limit. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** Returns a seed for a generator that must not follow this sequence. */
  seed(): number {
    return this.below(2 ** 32);
  }

  /** Shuffles in place; every order is equally likely (Fisher-Yates). */
  shuffle<T extends { length: number; [index: number]: number }>(values: T): T {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [values[i], values[j]] = [values[j], values[i]];
    }
    return values;
  }
}
