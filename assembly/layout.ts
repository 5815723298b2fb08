/**
 * The one definition of the `.bdm` buffer: offsets, sizes, codes. docs/format.md explains them.
 *
 * AssemblyScript compiles this same file into the engine, so it holds plain numeric constants and nothing else.
 * Every multi-byte field is little-endian.
 */

/** The first four bytes, "BDM\0". */
export const MAGIC = 0x004d4442;
/** A reader refuses every other version. */
export const FORMAT_VERSION = 1;

export const HEADER_BYTES = 80;
export const HEADER_MAGIC = 0; // u32
export const HEADER_VERSION = 4; // u32
export const HEADER_FILE_BYTES = 8; // u32, the whole file
export const HEADER_CHECKSUM = 12; // u32, CRC-32 of every byte behind this field
export const HEADER_ARENA_BYTES = 16; // u32
export const HEADER_INPUT_HEIGHT = 20; // u16
export const HEADER_INPUT_WIDTH = 22; // u16
export const HEADER_INPUT_CHANNELS = 24; // u16
export const HEADER_OP_COUNT = 26; // u16
export const HEADER_INPUT_OFFSET = 28; // u32, the image's place in the arena
export const HEADER_OUTPUT_SCALE = 32; // f32, logit = scale * integer
export const HEADER_RESERVED = 36; // u32, zero
export const HEADER_SECTIONS = 40; // SECTION_COUNT pairs of u32: offset in the file, bytes
export const HEADER_TAIL = 72; // 8 bytes, zero
/** The first byte that the checksum covers. */
export const CHECKSUM_START = 16;

export const SECTION_OPS = 0;
export const SECTION_WEIGHTS = 1;
export const SECTION_PARAMETERS = 2;
export const SECTION_METADATA = 3;
export const SECTION_COUNT = 4;
/** Sections start at multiples of this, in the order of their numbers. */
export const SECTION_ALIGNMENT = 16;

export const OP_BYTES = 48;
export const OP_OPCODE = 0; // u8
export const OP_OUTPUT_TYPE = 1; // u8, a TYPE
export const OP_OUTPUT_PLANES = 2; // u8, 1, or 2 for a coupled activation
export const OP_CUTS = 3; // u8, what each sum becomes: 1 or 2 bits or fixed-point numbers; else 0
export const OP_INPUT = 4; // u16, a tensor: 0 is the image, k the output of op k - 1
export const OP_SHIFT = 6; // u8, of fixed-point numbers, else zero
export const OP_RESERVED_A = 7; // u8, zero
export const OP_OUTPUT_OFFSET = 8; // u32, bytes into the arena
export const OP_OUTPUT_HEIGHT = 12; // u16
export const OP_OUTPUT_WIDTH = 14; // u16
export const OP_OUTPUT_CHANNELS = 16; // u16, of one plane
export const OP_ADDEND = 18; // u16, the tensor that is added to fixed-point numbers; 0: none
export const OP_KERNEL_HEIGHT = 20; // u8
export const OP_KERNEL_WIDTH = 21; // u8
export const OP_STRIDE_Y = 22; // u8
export const OP_STRIDE_X = 23; // u8
export const OP_PADDING_TOP = 24; // u8
export const OP_PADDING_LEFT = 25; // u8
export const OP_RESERVED_B = 26; // u16, zero
export const OP_WEIGHTS = 28; // u32, bytes into the file
export const OP_PARAMETERS = 32; // u32, bytes into the file
export const OP_TAIL = 36; // 12 bytes, zero

/** int8 weights on bytes, on streams or on bits. */
export const OPCODE_INT8_CONVOLUTION = 1;
/** +-1 weights on bits. */
export const OPCODE_BINARY_CONVOLUTION = 2;
/** The largest of each window; of bits OR, or AND for the channels of a mask. */
export const OPCODE_MAX_POOL = 3;
/** The sum of each window, channel by channel: averages, and with 1x1 windows what happens to single numbers. */
export const OPCODE_SUM_POOL = 4;

/** Pixels or fixed-point activations 0..255, channels last. */
export const TYPE_U8 = 0;
/** Activations {0,1}: channel c of a pixel is bit c % 32 of its word c / 32; unused bits are 0. */
export const TYPE_BITS = 1;
/** Sums, channels last. */
export const TYPE_INT32 = 2;
/** Fixed-point streams -32768..32767, channels last. */
export const TYPE_INT16 = 3;

export const WORD_BITS = 32;
export const WORD_BYTES = 4;

/** Limits that keep a hostile buffer's arithmetic, memory and time bounded. */
export const MAX_ARENA_BYTES = 268435456;
/** Multiply-accumulates of one image, all layers together. */
export const MAX_MACS = 8589934592;
export const MAX_OPS = 1024;
/** |sum of products| and |bias| each stay at or below this, so that their sum fits an int32. */
export const MAX_ACCUMULATOR = 1073741823;
/** Fixed-point numbers: |sum| * |multiplier| stays below 2^61, so with the offset an int64 holds it. */
export const MAX_SHIFT = 62;
/** The high word of an offset lies in -MAX_OFFSET_HIGH .. MAX_OFFSET_HIGH - 1: |offset| <= 2^61. */
export const MAX_OFFSET_HIGH = 536870912;

/** What an engine answers to a buffer: a code in the low byte, above it the op that it concerns, from 1 (0: none). */
export const VALID = 0;
export const INVALID_TRUNCATED = 1;
export const INVALID_MAGIC = 2;
export const INVALID_VERSION = 3;
export const INVALID_FILE_BYTES = 4;
export const INVALID_CHECKSUM = 5;
export const INVALID_SECTION = 6;
export const INVALID_INPUT_SHAPE = 7;
export const INVALID_ARENA = 8;
export const INVALID_OP_COUNT = 9;
export const INVALID_OUTPUT_SCALE = 10;
export const INVALID_RESERVED = 11;
export const INVALID_OPCODE = 12;
export const INVALID_OP_INPUT = 13;
export const INVALID_OUTPUT_TYPE = 14;
export const INVALID_SHAPE = 15;
export const INVALID_WINDOW = 16;
export const INVALID_OUTPUT_PLACE = 17;
export const INVALID_OVERWRITTEN = 18;
export const INVALID_WEIGHTS = 19;
export const INVALID_WEIGHT_TAIL = 20;
export const INVALID_PARAMETERS = 21;
export const INVALID_ACCUMULATOR = 22;
export const INVALID_WORK = 23;
export const INVALID_LAST_OP = 24;
/** Not a fault of the buffer: the engine could not get the memory that it needs. */
export const OUT_OF_MEMORY = 25;

/** The engine's exported functions; firmware asks for this number before it uses them. */
export const ENGINE_ABI = 1;
/** The kernels that the `board` build of the engine imports: firmware says which it has, 0 for none. */
export const NATIVE_KERNELS = 4;
/** To those kernels, where a model begins that stays where the board keeps it: above all of linear memory. */
export const IN_PLACE = 2147483648;
/** The engine's own data lies below this address of its linear memory. */
export const ENGINE_STATIC_BYTES = 256;
/** Behind it, the simd builds have so much for the tables of each thread: as far as 16-bit offsets reach. */
export const TABLE_AREA_BYTES = 65536;

/** Filters whose sums a scalar kernel makes in one go: those whose bits are a word. */
export const BLOCK_FILTERS = 32;
