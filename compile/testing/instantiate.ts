import type { CompiledExports } from '../abi.js';

/** A compiled module, ready to run images. */
export class Compiled {
  private constructor(readonly exports: CompiledExports) {}

  /** Instantiates a module without imports; fails if it needs any. */
  static async instantiate(wasm: BufferSource): Promise<Compiled> {
    const { instance } = await WebAssembly.instantiate(wasm);
    return new Compiled(instance.exports as unknown as CompiledExports);
  }

  /** Runs an image. @returns the class and a copy of the logits */
  run(image: Uint8Array): { classIndex: number; logits: Int32Array } {
    const { memory, input, run, logits, logitCount } = this.exports;
    new Uint8Array(memory.buffer).set(image, input());
    const classIndex = run();
    return { classIndex, logits: new Int32Array(memory.buffer.slice(logits(), logits() + 4 * logitCount())) };
  }

  /** Copies a part of memory. */
  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.exports.memory.buffer).slice(address, address + length);
  }
}
