import type { CompiledExports } from '../abi.js';

/** A compiled module, ready to run images. */
export class Compiled {
  private constructor(readonly exports: CompiledExports) {}

  /** Without imports: where any were needed, this fails. */
  static async instantiate(wasm: BufferSource): Promise<Compiled> {
    const { instance } = await WebAssembly.instantiate(wasm);
    return new Compiled(instance.exports as unknown as CompiledExports);
  }

  /** As the ABI says: image in, label and a copy of the logits out. */
  run(image: Uint8Array): { label: number; logits: Int32Array } {
    const { memory, input, run, logits, logitCount } = this.exports;
    new Uint8Array(memory.buffer).set(image, input());
    const label = run();
    return { label, logits: new Int32Array(memory.buffer.slice(logits(), logits() + 4 * logitCount())) };
  }

  /** A copy of a part of memory. */
  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.exports.memory.buffer).slice(address, address + length);
  }
}
