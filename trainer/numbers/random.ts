/**
 * Seeded random numbers: the same seed gives the same run on every machine and backend.
 *
 * The generator is mulberry32 (public domain, Tommy Ettinger): 32 bits of state, a period of 2^32, good enough to
 * shuffle and shift images; not for secrets.
 */
export class Random {
  /** All there is to know: `new Random(state)` goes on where this one is. */
  state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, 0 <= n < limit. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /**
   * Two numbers from a normal distribution of mean 0, independent of one another (Box and Muller 1958).
   *
   * @param deviation its standard deviation
   */
  normalPair(deviation = 1): [number, number] {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - this.next()));
    const angle = 2 * Math.PI * this.next();
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  }

  /** A seed for something else that must not follow this sequence. */
  seed(): number {
    return this.below(2 ** 32);
  }

  /** Reorders in place, every order as likely (Fisher-Yates). */
  shuffle<T extends { length: number; [index: number]: number }>(values: T): T {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [values[i], values[j]] = [values[j], values[i]];
    }
    return values;
  }
}
