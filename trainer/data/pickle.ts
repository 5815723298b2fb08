/**
 * A reader of Python's pickle format for plain data: numbers, texts, bytes, lists, tuples, dictionaries, and NumPy arrays
 * of bytes. Nothing is called: an object of another class becomes the list of its arguments and its state.
 *
 * The format is a program for a stack machine (https://docs.python.org/3/library/pickletools.html).
 */

/** What a pickle holds. Bytes are also the texts of Python 2. */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | PickleValue[]
  | Map<string, PickleValue>
  | PickledObject;

/** An object of a class: its name, the arguments that made it, and its state. */
export class PickledObject {
  state: PickleValue = null;

  constructor(
    readonly className: string,
    readonly arguments_: PickleValue,
  ) {}
}

const MARK = Symbol('mark');
const MAX_MEMO = 1_000_000;

/**
 * Reads a pickle.
 *
 * @throws {Error} for an instruction that plain data does not need, and for damaged data
 */
export function parsePickle(bytes: Uint8Array): PickleValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: (PickleValue | typeof MARK)[] = [];
  const memo = new Map<number, PickleValue>();
  let at = 0;
  const take = (length: number) => {
    if (length > bytes.length - at) throw new Error('it ends within a value');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const u8 = () => take(1)[0];
  const number = (length: number, read: (offset: number) => number) => {
    take(length);
    return read(at - length);
  };
  const u16 = () => number(2, (offset) => view.getUint16(offset, true));
  const u32 = () => number(4, (offset) => view.getUint32(offset, true));
  const line = () => {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) throw new Error('it ends within a line');
    const text = textOf(take(end - at));
    at++;
    return text;
  };
  const pop = (): PickleValue => {
    const value = stack.pop();
    if (value === undefined || value === MARK) throw new Error('its stack is empty');
    return value;
  };
  const top = (): PickleValue => {
    const value = pop();
    stack.push(value);
    return value;
  };
  const popToMark = (): PickleValue[] => {
    const mark = stack.lastIndexOf(MARK);
    if (mark < 0) throw new Error('it has no mark');
    return stack.splice(mark).slice(1) as PickleValue[];
  };
  const store = (key: number) => {
    if (memo.size >= MAX_MEMO) throw new Error('it has too many references');
    memo.set(key, top());
  };
  const recall = (key: number) => {
    const value = memo.get(key);
    if (value === undefined) throw new Error('it refers to a value that it does not have');
    stack.push(value);
  };
  const append = (values: PickleValue[]) => {
    const list = top();
    if (!Array.isArray(list)) throw new Error('it appends to a value that is not a list');
    for (const value of values) list.push(value);
  };
  const setItems = (values: PickleValue[]) => {
    const map = top();
    if (!(map instanceof Map) || values.length % 2 !== 0) throw new Error('it sets items of no dictionary');
    for (let i = 0; i < values.length; i += 2) map.set(keyOf(values[i]), values[i + 1]);
  };

  for (;;) {
    const opcode = String.fromCharCode(u8());
    switch (opcode) {
      case '\x80': // PROTO
        if (u8() > 5) throw new Error('its protocol is unknown');
        break;
      case '\x95': // FRAME
        take(8);
        break;
      case '.': {
        return pop();
      }
      case '(':
        stack.push(MARK);
        break;
      case 'N':
        stack.push(null);
        break;
      case '\x88':
      case '\x89':
        stack.push(opcode === '\x88');
        break;
      case 'K':
        stack.push(u8());
        break;
      case 'M':
        stack.push(u16());
        break;
      case 'J':
        stack.push(number(4, (offset) => view.getInt32(offset, true)));
        break;
      case 'T': // BINSTRING
      case 'B': // BINBYTES
        stack.push(take(u32()));
        break;
      case 'U': // SHORT_BINSTRING
      case 'C': // SHORT_BINBYTES
        stack.push(take(u8()));
        break;
      case '\x8e': // BINBYTES8
      case '\x96': // BYTEARRAY8
        stack.push(take(number(8, (offset) => Number(view.getBigUint64(offset, true)))));
        break;
      case 'X': // BINUNICODE
        stack.push(new TextDecoder().decode(take(u32())));
        break;
      case '\x8c': // SHORT_BINUNICODE
        stack.push(new TextDecoder().decode(take(u8())));
        break;
      case ']':
      case ')':
        stack.push([]);
        break;
      case '}':
        stack.push(new Map());
        break;
      case 'a':
        append([pop()]);
        break;
      case 'e':
        append(popToMark());
        break;
      case 's': {
        const value = pop();
        setItems([pop(), value]);
        break;
      }
      case 'u':
        setItems(popToMark());
        break;
      case 't':
        stack.push(popToMark());
        break;
      case '\x85':
      case '\x86':
      case '\x87': {
        const length = opcode.charCodeAt(0) - 0x84;
        const values = Array.from({ length }, pop);
        stack.push(values.reverse());
        break;
      }
      case 'q':
        store(u8());
        break;
      case 'r':
        store(u32());
        break;
      case '\x94': // MEMOIZE
        store(memo.size);
        break;
      case 'h':
        recall(u8());
        break;
      case 'j':
        recall(u32());
        break;
      case 'c':
        stack.push(`${line()}.${line()}`);
        break;
      case '\x93': {
        const name = pop();
        stack.push(`${pop()}.${name}`);
        break;
      }
      case 'R':
      case '\x81': {
        const values = pop();
        stack.push(new PickledObject(String(pop()), values));
        break;
      }
      case 'b': {
        const state = pop();
        const object = top();
        if (object instanceof PickledObject) object.state = state;
        break;
      }
      default:
        throw new Error(
          `it has the instruction 0x${opcode.charCodeAt(0).toString(16)}, which data does not need`,
        );
    }
  }
}

/** Returns a key of a dictionary as text. */
function keyOf(value: PickleValue): string {
  const bytes = bytesOf(value);
  return bytes ? textOf(bytes) : String(value);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

/**
 * Returns the bytes of a NumPy array of bytes: those of its state, or the bytes themselves.
 *
 * Python 3 writes bytes in old protocols as text that is encoded as Latin-1.
 */
export function bytesOf(value: PickleValue | undefined): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (!(value instanceof PickledObject)) return undefined;
  if (value.className === '_codecs.encode' && Array.isArray(value.arguments_)) {
    const [text] = value.arguments_;
    return typeof text === 'string' ? new Uint8Array(Buffer.from(text, 'latin1')) : undefined;
  }
  const { state } = value;
  if (/^numpy\..*_frombuffer$/.test(value.className) && Array.isArray(value.arguments_))
    return bytesOf(value.arguments_[0]);
  if (!/^numpy\..*_reconstruct$/.test(value.className) || !Array.isArray(state)) return undefined;
  return bytesOf(state.at(-1));
}
