/**
 * The definition of the `.bdm` buffer and of the engine's interface: offsets, sizes, codes and rules.
 * docs/format.md explains them. Fields of several bytes are little-endian.
 *
 * AssemblyScript compiles this same file into the engine, and firmware/tools/generate-engine-header.mjs makes
 * a C header from it, so it has numeric constants only.
 */

/** The first four bytes, "BDM\0". */
export const MAGIC = 0x004d4442;
/**
 * The version that this code writes: the major version in the low 16 bits, the minor version in the high 16
 * bits. A reader refuses another major version. Of a newer minor version it ignores the reserved fields of
 * the header; it still refuses opcodes, types and fields of ops that it does not know (docs/versioning.md).
 */
export const FORMAT_VERSION = 2;
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
export const OP_OUTPUTS_PER_SUM = 3; // u8, bits or fixed-point numbers that a sum becomes: 1 or 2; else 0
export const OP_INPUT = 4; // u16, a tensor: 0 is the image, k the output of op k - 1
export const OP_SHIFT = 6; // u8, right shift of fixed-point numbers; else zero
export const OP_RESERVED = 7; // u8, zero
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
export const OP_POOL_HEIGHT = 26; // u8, the max-pool behind a convolution: window and stride; 1: none
export const OP_POOL_WIDTH = 27; // u8
export const OP_WEIGHTS = 28; // u32, bytes into the file
export const OP_PARAMETERS = 32; // u32, bytes into the file
export const OP_TAIL = 36; // 12 bytes, zero

/** Convolution of bytes, a stream or bits with int8 weights. */
export const OPCODE_INT8_CONVOLUTION = 1;
/** Convolution of bits with weights +1 and -1. */
export const OPCODE_BINARY_CONVOLUTION = 2;
/** The largest value of each window: for bits OR, or AND for the channels of a mask. */
export const OPCODE_MAX_POOL = 3;
/** The sum of each window, channel by channel: averages, or with 1x1 windows functions of single numbers. */
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

// The rules of an op. Three readers check them: validate.ts, sdk/format/parse-op.ts and
// firmware/kernels/layer.c.

/** Bit 4 * opcode + type is set if the op can read the type. */
export const READABLE_TYPES =
  (((1 << TYPE_U8) | (1 << TYPE_BITS) | (1 << TYPE_INT16)) << (4 * OPCODE_INT8_CONVOLUTION)) |
  ((1 << TYPE_BITS) << (4 * OPCODE_BINARY_CONVOLUTION)) |
  (((1 << TYPE_U8) | (1 << TYPE_BITS) | (1 << TYPE_INT16)) << (4 * OPCODE_MAX_POOL)) |
  (((1 << TYPE_U8) | (1 << TYPE_INT16)) << (4 * OPCODE_SUM_POOL));
/**
 * Bit 4 * type + n is set if n can be the outputs per sum of an op with that output type. A max-pool has 0.
 */
export const VALID_OUTPUTS_PER_SUM =
  (((1 << 1) | (1 << 2)) << (4 * TYPE_U8)) |
  (((1 << 1) | (1 << 2)) << (4 * TYPE_BITS)) |
  ((1 << 0) << (4 * TYPE_INT32)) |
  (((1 << 1) | (1 << 2)) << (4 * TYPE_INT16));
export const MAX_OUTPUTS_PER_SUM = 2;
/** Only bits can have two planes; a convolution or sum-pool then needs two outputs per sum. */
export const MAX_PLANES = 2;
/** The limit of a tensor's height, width and channels, which are at least 1. */
export const MAX_SIZE = 65535;
/** The limit of kernel, stride and pool, which are at least 1. A padding is less than its kernel. */
export const MAX_WINDOW = 255;
/** The limit of channels that a sum-pool adds up to one sum; the channels are a multiple of the sums. */
export const MAX_POOLED_CHANNELS = 2;
/** The windows of a sum-pool with a larger kernel lie inside of the input. */
export const MAX_OVERHANGING_KERNEL = 2;
/** Parameter words of one fixed-point number: a multiplier, the low and the high word of an offset. */
export const FIXED_POINT_WORDS = 3;

export const MAX_U8 = 255;
export const MIN_INT16 = -32768;
export const MAX_INT16 = 32767;

// Limits that bound the arithmetic, memory and time of a hostile buffer.

export const MAX_ARENA_BYTES = 268435456;
/** Multiply-accumulates of all ops for one image. */
export const MAX_MACS = 8589934592;
export const MAX_OPS = 1024;
/** The limit of |sum of products| and of |bias|, so that their sum fits an int32. */
export const MAX_ACCUMULATOR = 1073741823;
/** |sum| * |multiplier| of a fixed-point number is below 2^61, so an int64 holds it and the offset. */
export const MAX_SHIFT = 62;
/** The high word of an offset lies in -MAX_OFFSET_HIGH .. MAX_OFFSET_HIGH - 1: |offset| <= 2^61. */
export const MAX_OFFSET_HIGH = 536870912;

// The answers of an engine to a buffer: a code in the low byte, and above it the number of the op, from 1 (0:
// no op).

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
/** The engine could not get the memory that the model needs. */
export const OUT_OF_MEMORY = 25;

/** The version of the engine's exported functions; firmware checks it before it uses them. */
export const ENGINE_ABI = 1;
/** The version of the functions that the `board` build imports. Firmware reports which it has; 0: none. */
export const NATIVE_KERNELS = 6;
/**
 * The address, above linear memory, at which those functions read a model that stays where the board keeps
 * it.
 */
export const IN_PLACE = 2147483648;
/** The engine's own data lies below this address of its linear memory. */
export const ENGINE_STATIC_BYTES = 256;
/**
 * Bytes for the tables of each thread in the simd builds, behind that data: as far as 16-bit offsets reach.
 */
export const TABLE_AREA_BYTES = 65536;

/** Filters whose weights of one input share a word of a binary convolution's weights. */
export const BLOCK_FILTERS = 32;

/**
 * The struct that describes one op to the import `layer` of the `board` build: u32 fields in linear memory,
 * with addresses of the engine.
 */
export const LAYER_BYTES = 112;
export const LAYER_OPCODE = 0;
export const LAYER_OUTPUTS_PER_SUM = 4;
export const LAYER_SHIFT = 8;
export const LAYER_KERNEL_HEIGHT = 12;
export const LAYER_KERNEL_WIDTH = 16;
export const LAYER_STRIDE_Y = 20;
export const LAYER_STRIDE_X = 24;
export const LAYER_PADDING_TOP = 28;
export const LAYER_PADDING_LEFT = 32;
export const LAYER_POOL_HEIGHT = 36;
export const LAYER_POOL_WIDTH = 40;
export const LAYER_INPUT = 44; // address
export const LAYER_INPUT_TYPE = 48;
export const LAYER_INPUT_HEIGHT = 52;
export const LAYER_INPUT_WIDTH = 56;
export const LAYER_INPUT_CHANNELS = 60; // of one plane
export const LAYER_INPUT_PLANES = 64;
export const LAYER_OUTPUT = 68; // address
export const LAYER_OUTPUT_TYPE = 72;
export const LAYER_OUTPUT_HEIGHT = 76; // behind the pool
export const LAYER_OUTPUT_WIDTH = 80;
export const LAYER_OUTPUT_CHANNELS = 84; // of one plane
export const LAYER_OUTPUT_PLANES = 88;
export const LAYER_WEIGHTS = 92; // address
export const LAYER_PARAMETERS = 96; // address
export const LAYER_ADDEND = 100; // address
export const LAYER_ADDEND_CHANNELS = 104; // 0: nothing is added
export const LAYER_SCRATCH = 108; // address; kernels may use the memory from here to the end of linear memory
