import { ERROR_IMAGE_SIZE } from '../link/protocol.js';
import { Fault } from './fault.js';

/**
 * Assembles an image from its pieces. A piece at offset 0 starts an image and discards an incomplete one. A piece that
 * is not the next one of this image changes nothing.
 */
export class ImageBuffer {
  private id?: number;
  private arrived = 0;
  private bytes = new Uint8Array();

  /**
   * @param size bytes of a whole image
   * @returns the image if this piece completed it, else the next expected offset
   * @throws {Fault} if the piece goes beyond the image
   */
  take(id: number, offset: number, piece: Uint8Array, size: number): Uint8Array | number {
    if (offset + piece.length > size) throw new Fault(ERROR_IMAGE_SIZE, size);
    if (offset === 0) {
      this.id = id;
      this.arrived = 0;
      if (this.bytes.length !== size) this.bytes = new Uint8Array(size);
    }
    if (id !== this.id) return 0;
    if (offset === this.arrived) {
      this.bytes.set(piece, offset);
      this.arrived += piece.length;
    }
    if (this.arrived < size) return this.arrived;
    this.clear();
    return this.bytes;
  }

  /** Discards an incomplete image. */
  clear(): void {
    this.id = undefined;
    this.arrived = 0;
  }
}
