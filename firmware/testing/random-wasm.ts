import type { Random } from '../../sdk/testing/random-graph.js';

/** Value types of wasm. */
export const I32 = 0x7f;
export const I64 = 0x7e;
const F32 = 0x7d;
const NOTHING = 0x40;

export const END = 0x0b;

/** Encodes an unsigned integer as LEB128. */
export function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...unsigned(Math.floor(value / 0x80))];
}

/** Encodes a signed integer as LEB128. */
export function signed(value: number): number[] {
  return value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}

/** Joins lists of bytes, which is most of the work here. */
function joined(start: number[], items: number[][]): number[] {
  for (const item of items) for (const byte of item) start.push(byte);
  return start;
}

export const sized = (bytes: number[]) => joined(unsigned(bytes.length), [bytes]);
export const vector = (items: number[][]) => joined(unsigned(items.length), items);
export const text = (name: string) => sized(Array.from(name, (letter) => letter.charCodeAt(0)));
export const section = (id: number, items: number[][]) => [id, ...sized(vector(items))];

/** The first eight bytes of a module. */
export const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

export interface Signature {
  parameters: number[];
  results: number[];
}

/** The exports of an engine: its parameters and results, all i32. */
const EXPORTS: Record<string, [number, number]> = {
  ...{
    abi: [0, 1],
    reserve: [1, 1],
    loadModel: [1, 1],
    staticEnd: [0, 1],
    memoryUsed: [0, 1],
    opCount: [0, 1],
  },
  ...{ tensorAddress: [1, 1], tensorSize: [1, 1], runOp: [1, 0], run: [0, 0], tensorChecksum: [1, 1] },
};
/** The imports of an engine. */
const IMPORTS: Record<string, [number, number]> = {
  ...{
    layer: [1, 0],
    copy: [3, 1],
    checksum: [2, 1],
    anyBits: [2, 1],
    inRange: [4, 1],
    largestMagnitude: [3, 1],
  },
};

const i32s = ([parameters, results]: [number, number]): Signature => ({
  parameters: Array(parameters).fill(I32),
  results: Array(results).fill(I32),
});

const UNARY = { [I32]: [0x67, 0x68, 0x69], [I64]: [0x79, 0x7a, 0x7b] };
const BINARY = { [I32]: range(0x6a, 0x78), [I64]: range(0x7c, 0x8a) };
const COMPARE = { [I32]: range(0x46, 0x4f), [I64]: range(0x51, 0x5a) };
/** Opcodes of loads and stores with their natural alignment. */
const LOADS = {
  [I32]: [
    [0x28, 2],
    [0x2c, 0],
    [0x2d, 0],
    [0x2e, 1],
    [0x2f, 1],
  ],
  [I64]: [
    [0x29, 3],
    [0x30, 0],
    [0x31, 0],
    [0x32, 1],
    [0x33, 1],
    [0x34, 2],
    [0x35, 2],
  ],
};
const STORES = {
  [I32]: [
    [0x36, 2],
    [0x3a, 0],
    [0x3b, 1],
  ],
  [I64]: [
    [0x37, 3],
    [0x3c, 0],
    [0x3d, 1],
    [0x3e, 2],
  ],
};
type Type = keyof typeof UNARY;

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/**
 * Returns a random module with the structure of an engine.
 *
 * @param oddness the probability that an item is not as it has to be: an index, a type, an instruction, a section. With
 *   0, the module is one that firmware accepts.
 */
export function randomWasm(rng: Random, oddness: number): Uint8Array {
  return new Generator(rng, oddness).module();
}

class Generator {
  private readonly types: Signature[] = [];
  /** The index of each type. */
  private readonly keys = new Map<string, number>();
  private readonly functions: number[] = [];
  private globals: { type: Type; isMutable: boolean }[] = [];
  private locals: Type[] = [];
  /** For each block around the code, the type that a branch to it takes. */
  private labels: number[] = [];
  private result = NOTHING;

  constructor(
    private readonly rng: Random,
    private readonly oddness: number,
  ) {}

  module(): Uint8Array {
    const names = Object.keys(EXPORTS).filter((name) => name === 'run' || this.rng.chance(0.4));
    const imports = Object.entries(IMPORTS).filter(() => this.rng.chance(0.3));
    if (this.odd())
      imports.push([this.pick(['other', 'copy', 'layer']), [this.rng.integer(0, 4), this.rng.integer(0, 2)]]);
    if (this.odd() && this.odd()) for (let i = 0; i < 300; i++) imports.push(['copy', [3, 1]]);
    for (const [, shape] of imports) this.functions.push(this.typeOf(i32s(shape)));
    const imported = this.functions.length;
    for (const name of names) this.functions.push(this.typeOf(i32s(EXPORTS[name])));
    for (let more = this.rng.integer(0, 4); more > 0; more--)
      this.functions.push(this.typeOf(this.signature()));
    if (this.odd()) this.functions.push(...Array(this.rng.integer(1, 90)).fill(0));
    this.globals = Array.from(
      { length: this.odd() ? this.rng.integer(60, 70) : this.rng.integer(0, 6) },
      () => ({
        type: this.type(),
        isMutable: this.rng.chance(0.8),
      }),
    );
    const exports = names.map((name, i) => [...text(name), 0x00, ...unsigned(i + imported)]);
    if (this.odd()) exports.push(this.pick(exports));
    if (this.odd()) exports.push([...text('other'), 0x00, 0x00]);
    if (this.odd()) exports[0] = [...text('abi'), this.rng.integer(0, 3), this.rng.integer(0, 99)];
    exports.push([...text('memory'), 0x02, 0x00]);
    const bodies = this.functions.slice(imported).map((type) => this.body(this.types[type]));
    if (this.odd()) bodies.pop();
    let sections = [
      section(
        1,
        this.types.map((type) => this.encoded(type)),
      ),
      section(
        2,
        imports.map(([name], i) => [
          ...text(this.odd() ? 'env' : 'board'),
          ...text(name),
          0x00,
          this.functions[i],
        ]),
      ),
      section(
        3,
        this.functions.slice(imported).map((type) => [this.odd() ? this.rng.integer(0, 40) : type]),
      ),
      section(5, [this.memory()]),
      section(
        6,
        this.globals.map((global) => this.global(global)),
      ),
      section(7, exports),
      section(10, bodies),
      section(
        11,
        Array.from({ length: this.odd() ? 12 : this.rng.integer(0, 2) }, () => this.segment()),
      ),
    ];
    if (imports.length === 0 && this.rng.chance(0.8)) sections.splice(1, 1);
    if (this.odd()) sections.splice(4, 0, section(4, [[0x70, 0x00, 0x01]]));
    if (this.odd()) sections.splice(-2, 0, [8, ...sized([this.rng.integer(0, 20)])]);
    if (this.odd()) sections.splice(this.rng.integer(0, 8), 0, [0, ...sized([...text('name'), 1, 2, 3])]);
    if (this.odd()) sections = sections.filter(() => this.rng.chance(0.9));
    if (this.odd()) sections.reverse();
    return this.damaged(Uint8Array.from(joined([...HEADER], sections)));
  }

  private odd(): boolean {
    return this.oddness > 0 && this.rng.chance(this.oddness);
  }

  private pick<T>(items: readonly T[]): T {
    return items[this.rng.integer(0, items.length - 1)];
  }

  private type(): Type {
    return this.rng.chance(0.7) ? I32 : I64;
  }

  private signature(): Signature {
    const count = this.odd() ? this.rng.integer(5, 300) : this.rng.integer(0, 4);
    const types = (length: number) => Array.from({ length }, () => (this.odd() ? F32 : this.type()));
    return {
      parameters: types(count),
      results: types(this.odd() ? this.pick([2, 3, 500]) : this.rng.integer(0, 1)),
    };
  }

  private typeOf(signature: Signature): number {
    const key = JSON.stringify(signature);
    const known = this.keys.get(key) ?? this.types.push(signature) - 1;
    this.keys.set(key, known);
    return known;
  }

  private encoded({ parameters, results }: Signature): number[] {
    const bytes = (types: number[]) => vector(types.map((type) => [type]));
    return [this.odd() ? 0x5f : 0x60, ...bytes(parameters), ...bytes(results)];
  }

  private memory(): number[] {
    if (this.odd()) return [this.rng.integer(0, 3), this.rng.integer(0, 9), this.rng.integer(0, 9)];
    return [0x00, ...unsigned(this.odd() ? this.pick([0, 1024, 1025, 65536, 65537]) : 1)];
  }

  private global({ type, isMutable }: { type: Type; isMutable: boolean }): number[] {
    const constant = this.odd() ? [this.pick([0x23, 0x41, 0x42, 0x43]), 0] : this.constant(type);
    return [this.odd() ? F32 : type, this.odd() ? 2 : Number(isMutable), ...constant, END];
  }

  private segment(): number[] {
    const bytes = Array.from({ length: this.rng.integer(0, 20) }, () => this.rng.integer(0, 255));
    const offset = this.odd() ? this.pick([65_530, 70_000, -1, 2 ** 31 - 1]) : this.rng.integer(0, 60_000);
    return [this.odd() ? this.rng.integer(1, 3) : 0, ...[0x41, ...signed(offset)], END, ...sized(bytes)];
  }

  private body({ parameters, results }: Signature): number[] {
    const groups = Array.from({ length: this.rng.integer(0, 3) }, () => ({
      count: this.odd() ? this.pick([0, 40, 48, 100, 50_000]) : this.rng.integer(0, 5),
      type: this.type(),
    }));
    this.locals = parameters as Type[];
    for (const { count, type } of groups)
      this.locals = this.locals.concat(Array(Math.min(count, 100)).fill(type));
    this.result = results[0] ?? NOTHING;
    this.labels = [this.result];
    const code = this.block(this.result, this.rng.integer(0, 4));
    const locals = groups.map(({ count, type }) => [...unsigned(count), this.odd() ? F32 : type]);
    const bytes = sized([...vector(locals), ...code, ...(this.odd() ? [] : [END])]);
    if (this.odd()) bytes[0] ^= 1 << this.rng.integer(0, 6);
    return bytes;
  }

  /** Returns statements, and then code for a value of this type. */
  private block(type: number, depth: number): number[] {
    const statements = Array.from({ length: this.rng.integer(0, 3) }, () => this.statement(depth));
    const code = joined([], statements);
    if (this.rng.chance(0.1))
      return [...code, ...this.leave(depth), ...(this.odd() ? this.statement(0) : [])];
    return type === NOTHING ? code : [...code, ...this.value(type as Type, depth)];
  }

  /** Returns code that does not continue. */
  private leave(depth: number): number[] {
    const kind = this.rng.integer(0, 3);
    if (kind === 0) return [0x00];
    if (kind === 1)
      return [...(this.result === NOTHING ? [] : this.value(this.result as Type, depth - 1)), 0x0f];
    const label = this.rng.integer(0, this.labels.length - 1);
    const type = this.labels[this.labels.length - 1 - label];
    const taken = type === NOTHING ? [] : this.value(type as Type, depth - 1);
    if (this.odd())
      return [
        ...taken,
        ...this.value(I32, 0),
        0x0e,
        ...this.pick([
          [1, 0, label],
          [0, label],
          [...unsigned(2 ** 32 - 1), 0],
        ]),
      ];
    return [...taken, 0x0c, ...this.index(label)];
  }

  private index(index: number): number[] {
    if (this.odd())
      return this.pick([
        unsigned(this.rng.integer(0, 300)),
        [index | 0x80, 0x00],
        [0xff, 0xff, 0xff, 0xff, 0x1f],
      ]);
    return unsigned(index);
  }

  private within(label: number, code: () => number[]): number[] {
    this.labels.push(label);
    const inside = code();
    this.labels.pop();
    return inside;
  }

  private statement(depth: number): number[] {
    if (this.odd()) return this.oddity();
    const values = (types: number[]) => types.flatMap((type) => this.value(type as Type, depth - 1));
    const type = this.type();
    switch (this.rng.integer(0, depth > 0 ? 9 : 4)) {
      case 0: {
        const set = this.ofType(this.locals, type);
        return set < 0
          ? [0x01]
          : [...this.value(type, depth - 1), this.odd() ? 0x22 : 0x21, ...this.index(set)];
      }
      case 1: {
        const set = this.globals.findIndex(
          (global) => global.type === type && (global.isMutable || this.odd()),
        );
        return set < 0 ? [0x01] : [...this.value(type, depth - 1), 0x24, ...this.index(set)];
      }
      case 2: {
        const [opcode, alignment] = this.pick(STORES[type]);
        return [
          ...this.value(I32, depth - 1),
          ...this.value(type, depth - 1),
          opcode,
          ...this.access(alignment),
        ];
      }
      case 3:
        return [...this.value(type, depth - 1), 0x1a];
      case 4: {
        const label = this.rng.integer(0, this.labels.length - 1);
        if (this.labels[this.labels.length - 1 - label] !== NOTHING) return [0x01];
        return [...this.value(I32, depth - 1), 0x0d, ...this.index(label)];
      }
      case 5:
      case 6: {
        const nested = this.odd() && this.rng.chance(0.2) ? 20 : 0;
        const inside = this.within(NOTHING, () => this.block(NOTHING, depth - 1));
        const around = Array(nested).fill([0x02, NOTHING]).flat();
        return [...around, this.pick([0x02, 0x03]), NOTHING, ...inside, END, ...Array(nested).fill(END)];
      }
      case 7: {
        const branch = () => this.within(NOTHING, () => this.block(NOTHING, depth - 1));
        const otherwise = this.rng.chance(0.5) ? [0x05, ...branch()] : [];
        return [...this.value(I32, depth - 1), 0x04, NOTHING, ...branch(), ...otherwise, END];
      }
      case 8: {
        const called = this.callable((signature) => signature.results.length === 0);
        if (called === undefined) return [0x01];
        return [...values(this.types[this.functions[called]].parameters), 0x10, ...this.index(called)];
      }
      default:
        return [0x01];
    }
  }

  private value(type: Type, depth: number): number[] {
    if (this.odd() || !(type in UNARY)) type = type === I32 ? I64 : I32;
    if (this.odd()) return this.rng.chance(0.5) ? [] : this.oddity();
    const operand = (of: Type = type) => this.value(of, depth - 1);
    const other = type === I32 ? I64 : I32;
    switch (this.rng.integer(0, depth > 0 ? 12 : 2)) {
      case 0:
        return this.constant(type);
      case 1: {
        const local = this.ofType(this.locals, type);
        return local < 0 ? this.constant(type) : [0x20, ...this.index(local)];
      }
      case 2: {
        const global = this.globals.findIndex((candidate) => candidate.type === type);
        return global < 0 ? this.constant(type) : [0x23, ...this.index(global)];
      }
      case 3: {
        const local = this.ofType(this.locals, type);
        return local < 0 ? this.constant(type) : [...operand(), 0x22, ...this.index(local)];
      }
      case 4:
        return [...operand(), this.pick(UNARY[type])];
      case 5:
        return [...operand(), ...operand(), this.pick(BINARY[type])];
      case 6: {
        if (type === I64) return [...operand(I32), this.pick([0xac, 0xad])];
        const compared = this.type();
        return [...operand(compared), ...operand(compared), this.pick(COMPARE[compared])];
      }
      case 7:
        return type === I32 ? [...operand(I64), this.pick([0xa7, 0x50])] : [...operand(other), 0xac];
      case 8: {
        const [opcode, alignment] = this.pick(LOADS[type]);
        return [...operand(I32), opcode, ...this.access(alignment)];
      }
      case 9:
        return [...operand(), ...operand(), ...operand(I32), 0x1b];
      case 10: {
        const loop = this.rng.chance(0.3);
        const inside = this.within(loop ? NOTHING : type, () => this.block(type, depth - 1));
        return [loop ? 0x03 : 0x02, type, ...inside, END];
      }
      case 11: {
        const branch = () => this.within(type, () => this.block(type, depth - 1));
        const otherwise = this.odd() ? [] : [0x05, ...branch()];
        return [...operand(I32), 0x04, type, ...branch(), ...otherwise, END];
      }
      default: {
        const called = this.callable(
          (signature) => signature.results[0] === type && signature.results.length === 1,
        );
        if (called === undefined) return type === I32 ? [0x3f, 0x00] : this.constant(type);
        const { parameters } = this.types[this.functions[called]];
        return [
          ...parameters.flatMap((parameter) => operand(parameter as Type)),
          0x10,
          ...this.index(called),
        ];
      }
    }
  }

  private callable(fits: (signature: Signature) => boolean): number | undefined {
    const found = this.functions.flatMap((type, i) =>
      fits(this.types[type]) && this.types[type].parameters.length < 9 ? [i] : [],
    );
    return found.length === 0 ? undefined : this.pick(found);
  }

  private ofType(types: number[], type: Type): number {
    const found: number[] = [];
    for (let i = 0; i < types.length; i++) if (types[i] === type) found.push(i);
    return found.length === 0 ? -1 : this.pick(found);
  }

  private access(alignment: number): number[] {
    const offset = this.rng.chance(0.1)
      ? this.pick([2 ** 32 - 1, 2 ** 31, 65_535])
      : this.rng.integer(0, 300);
    return [this.odd() ? this.rng.integer(0, 40) : this.rng.integer(0, alignment), ...unsigned(offset)];
  }

  private constant(type: Type): number[] {
    if (this.odd())
      return [
        type === I32 ? 0x41 : 0x42,
        ...Array(this.rng.integer(3, 10)).fill(0xff),
        this.rng.integer(0, 255),
      ];
    const value = this.rng.chance(0.3)
      ? this.pick([-1, 2 ** 31 - 1, -(2 ** 31), 65_536])
      : this.rng.integer(-100, 100);
    return [type === I32 ? 0x41 : 0x42, ...signed(value)];
  }

  /** Returns an instruction that firmware rejects, or one that does not fit where it is. */
  private oddity(): number[] {
    return this.pick([
      () => [0x41, 0x01, 0x40, 0x00, 0x1a],
      () => [0x41, 0x00, 0x11, 0x00, 0x00],
      () => [0x43, 0, 0, 0, 0, 0x1a],
      () => [0x02, NOTHING, 0x41, 0x00, 0x0e, 0x01, 0x00, 0x00, END],
      () => [0x0c, 0x00, 0x41, 0x00, 0x1a],
      () => [0x02, NOTHING, 0x00, 0x1a, 0x6a, 0x1a, END],
      () => [0x41, 0x00, 0xc0, 0x1a],
      () => [0xfc, this.rng.integer(0, 12), 0x00, 0x00],
      () => Array(this.rng.integer(30, 60)).fill([0x41, 0x00]).flat(),
      () => Array(30).fill([0x41, 0x00]).flat().concat(Array(30).fill(0x1a)),
      () => [this.rng.integer(0, 255)],
      () => [this.rng.integer(0, 255), this.rng.integer(0, 255)],
      () => [0x1a],
      () => [0x05],
      () => [END],
      () => [0x0f],
    ])();
  }

  /** Returns the module, sometimes with a few other bytes. */
  private damaged(wasm: Uint8Array): Uint8Array {
    if (!this.odd()) return wasm;
    for (let count = this.rng.integer(1, 3); count > 0; count--) {
      wasm[this.rng.integer(0, wasm.length - 1)] = this.rng.integer(0, 255);
    }
    return this.odd() ? wasm.subarray(0, this.rng.integer(0, wasm.length)) : wasm;
  }
}
