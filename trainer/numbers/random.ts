/** Seeded random numbers: the same seed gives the same run on every machine and backend. */
import { Mulberry32 } from '@bd-edge/sdk/internal';

export class Random extends Mulberry32 {
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
}
