/**
 * The one definition of the `.bdm` buffer: offsets, sizes, codes. docs/format.md explains them.
 *
 * AssemblyScript compiles this same file into the engine, so it holds plain numeric constants and nothing else.
 * Every multi-byte field is little-endian.
 */

/** The first four bytes, "BDM\0". */
export const MAGIC = 0x004d4442;
/**
 * The version that this code writes: the major version in the low 16 bits, the minor version in the high 16 bits. A
 * reader refuses another major version. Of a newer minor version it ignores the reserved fields of the header; it still
 * refuses opcodes, types and fields of ops that it does not know (docs/versioning.md).
 */
export const FORMAT_VERSION = 1;
export const FORMAT_MAJOR_MASK = 0xffff;

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
export const HEADER_RESERVED = 36; // u32, zero under minor version 0
export const HEADER_SECTIONS = 40; // SECTION_COUNT pairs of u32: offset in the file, bytes
export const HEADER_TAIL = 72; // 8 bytes, zero under minor version 0
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
export const OP_OUTPUTS_PER_SUM = 3; // u8, what each sum becomes: 1 or 2 bits or fixed-point numbers; else 0
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

// The rules of an op. Three readers check them: validate.ts, sdk/format/parse-op.ts and firmware/core/layer.c.

/** Bit 4 * opcode + type is set if the op can read the type. */
export const READABLE_TYPES =
  (((1 << TYPE_U8) | (1 << TYPE_BITS) | (1 << TYPE_INT16)) << (4 * OPCODE_INT8_CONVOLUTION)) |
  ((1 << TYPE_BITS) << (4 * OPCODE_BINARY_CONVOLUTION)) |
  (((1 << TYPE_U8) | (1 << TYPE_BITS) | (1 << TYPE_INT16)) << (4 * OPCODE_MAX_POOL)) |
  (((1 << TYPE_U8) | (1 << TYPE_INT16)) << (4 * OPCODE_SUM_POOL));
/** Bit 4 * type + outputsPerSum is set if an op other than a max-pool can have that many outputsPerSum for that output. A max-pool has 0. */
export const VALID_OUTPUTS_PER_SUM =
  (((1 << 1) | (1 << 2)) << (4 * TYPE_U8)) |
  (((1 << 1) | (1 << 2)) << (4 * TYPE_BITS)) |
  ((1 << 0) << (4 * TYPE_INT32)) |
  (((1 << 1) | (1 << 2)) << (4 * TYPE_INT16));
export const MAX_OUTPUTS_PER_SUM = 2;
/** Two planes need bits; of a convolution or a sum-pool also two outputsPerSum. */
export const MAX_PLANES = 2;
/** Height, width and channels of a tensor; at least 1. */
export const MAX_SIZE = 65535;
/** Kernel and stride; at least 1. A padding is less than its kernel. */
export const MAX_WINDOW = 255;
/** Channels that a sum-pool adds up to one sum, at most; the channels are a multiple of the sums. */
export const MAX_POOLED_CHANNELS = 2;
/** A sum-pool with a larger kernel has windows that lie inside of the input. */
export const MAX_OVERHANGING_KERNEL = 2;
/** Parameter words of one fixed-point number: multiplier, low and high word of the offset. */
export const FIXED_POINT_WORDS = 3;

export const MAX_U8 = 255;
export const MIN_INT16 = -32768;
export const MAX_INT16 = 32767;

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
/** The version of what the `board` build of the engine imports: firmware reports which it has, 0 for none. */
export const NATIVE_KERNELS = 5;
/** To those kernels, where a model begins that stays where the board keeps it: above all of linear memory. */
export const IN_PLACE = 2147483648;
/** The engine's own data lies below this address of its linear memory. */
export const ENGINE_STATIC_BYTES = 256;
/** Behind it, the simd builds have so much for the tables of each thread: as far as 16-bit offsets reach. */
export const TABLE_AREA_BYTES = 65536;

/** Filters whose sums a scalar kernel computes at once: their bits fill a word. */
export const BLOCK_FILTERS = 32;

/**
 * One op, as the `board` build passes it to the board's own code: a struct of u32 in linear memory. Addresses are the
 * engine's.
 */
export const LAYER_BYTES = 104;
export const LAYER_OPCODE = 0;
export const LAYER_OUTPUTS_PER_SUM = 4;
export const LAYER_SHIFT = 8;
export const LAYER_KERNEL_HEIGHT = 12;
export const LAYER_KERNEL_WIDTH = 16;
export const LAYER_STRIDE_Y = 20;
export const LAYER_STRIDE_X = 24;
export const LAYER_PADDING_TOP = 28;
export const LAYER_PADDING_LEFT = 32;
export const LAYER_INPUT = 36; // address
export const LAYER_INPUT_TYPE = 40;
export const LAYER_INPUT_HEIGHT = 44;
export const LAYER_INPUT_WIDTH = 48;
export const LAYER_INPUT_CHANNELS = 52; // of one plane
export const LAYER_INPUT_PLANES = 56;
export const LAYER_OUTPUT = 60; // address
export const LAYER_OUTPUT_TYPE = 64;
export const LAYER_OUTPUT_HEIGHT = 68;
export const LAYER_OUTPUT_WIDTH = 72;
export const LAYER_OUTPUT_CHANNELS = 76; // of one plane
export const LAYER_OUTPUT_PLANES = 80;
export const LAYER_WEIGHTS = 84; // address
export const LAYER_PARAMETERS = 88; // address
export const LAYER_ADDEND = 92; // address
export const LAYER_ADDEND_CHANNELS = 96; // 0: nothing is added
export const LAYER_WINDOW = 100; // address of scratch memory for a gathered window
