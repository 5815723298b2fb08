import type { NdArray } from '../evaluate/nd-array.js';

/** The value of an attribute; which member is set depends on its type. */
export interface Attribute {
  int?: number;
  float?: number;
  text?: string;
  ints: number[];
  floats: number[];
  texts: string[];
  /** Decodes a tensor. */
  tensor?: () => NdArray;
}

/** The attributes of a node, with the defaults of ONNX where one is absent. */
export class Attributes {
  constructor(readonly values: ReadonlyMap<string, Attribute>) {}

  has(name: string): boolean {
    return this.values.has(name);
  }

  int(name: string, byDefault: number): number {
    return this.values.get(name)?.int ?? byDefault;
  }

  float(name: string, byDefault: number): number {
    return this.values.get(name)?.float ?? byDefault;
  }

  text(name: string, byDefault: string): string {
    return this.values.get(name)?.text ?? byDefault;
  }

  /** Returns a list of integers; undefined if it is absent. */
  ints(name: string): number[] | undefined {
    return this.values.get(name)?.ints;
  }
}
