/** Seeded random numbers: the same seed gives the same run on every machine and backend. */
import { Mulberry32 } from '@bd-edge/sdk/internal';

export class Random extends Mulberry32 {
  /** Returns an integer, 0 <= n < limit. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /**
   * Returns two independent numbers from a normal distribution with mean 0 (Box and Muller 1958).
   *
   * @param deviation the standard deviation
   */
  normalPair(deviation = 1): [number, number] {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - this.next()));
    const angle = 2 * Math.PI * this.next();
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
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
