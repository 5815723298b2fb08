#include "stream-thresholds.h"

#include "may-continue.h"
#include "processor.h"
#include "put.h"

#include <string.h>

/*
 * The table has the order in which a block of 32 numbers is compared, for each output per sum, then a mask of the
 * thresholds that a number can reach. Thresholds are limited to int16.
 */
enum { HALF_BLOCK = BLOCK_FILTERS / 2, MASKS = 2 };

static uint32_t outputs_of(const struct layer *layer) { return layer->op.outputs_per_sum; }

/* Compares one block of numbers for one or two outputs. `bits` gets their bits, bit i for number i. */
#if PROCESSOR_DSP

/* Two numbers at once: i and i + 16. A word of the table has their thresholds; the words of both outputs follow each other. */
enum { TABLE_WORDS = HALF_BLOCK };

static size_t table_index(uint32_t outputs, uint32_t output, uint32_t i) {
  const uint32_t pair = i % HALF_BLOCK;
  return 2 * (pair * outputs + output) + i / HALF_BLOCK;
}

static int16_t table_value(int32_t threshold) { return (int16_t)threshold; }
typedef int16_t table_item;

/* Bits 0 and 16: whether the numbers in the halves reach their thresholds. */
static inline uint32_t reached(uint32_t numbers, uint32_t thresholds) {
  uint32_t bits;
  __asm("ssub16 %0, %1, %2\n\tsel %0, %3, %4" : "=&r"(bits) : "r"(numbers), "r"(thresholds), "r"(0x00010001), "r"(0) : "cc");
  return bits;
}

static inline uint32_t load(const int16_t *from) {
  uint32_t word;
  memcpy(&word, from, sizeof word);
  return word;
}

static inline __attribute__((always_inline)) void compare_block(const int16_t *numbers, const table_item *table, uint32_t outputs, uint32_t *bits) {
  const uint32_t *thresholds = (const uint32_t *)(const void *)table;
  uint32_t first = 0, second = 0;
  /* The optimizer replaces the counter by constants. */
#pragma GCC unroll 8
  for (uint32_t i = 0; i < HALF_BLOCK; i += 2, thresholds += 2 * outputs) {
    const uint32_t low = load(numbers + i), high = load(numbers + HALF_BLOCK + i);
    uint32_t even, odd;
    __asm("pkhbt %0, %1, %2, lsl #16" : "=r"(even) : "r"(low), "r"(high));
    __asm("pkhtb %0, %1, %2, asr #16" : "=r"(odd) : "r"(high), "r"(low));
    first |= reached(even, thresholds[0]) << i;
    first |= reached(odd, thresholds[outputs]) << (i + 1);
    if (outputs == 1) continue;
    second |= reached(even, thresholds[1]) << i;
    second |= reached(odd, thresholds[outputs + 1]) << (i + 1);
  }
  bits[0] = first;
  bits[1] = second;
}

static void compare(const int16_t *numbers, const table_item *table, uint32_t outputs, uint32_t *bits) {
  if (outputs == 2) compare_block(numbers, table, 2, bits);
  else compare_block(numbers, table, 1, bits);
}

#else

/* From the last number to the first, whose bit is the lowest. Numbers and thresholds are compared in the upper halves of words,
 * without a sign. */
enum { TABLE_WORDS = BLOCK_FILTERS };

static size_t table_index(uint32_t outputs, uint32_t output, uint32_t i) {
  return (BLOCK_FILTERS - 1 - i) * outputs + output;
}

static const uint32_t SIGN = 0x80000000u;
static uint32_t table_value(int32_t threshold) { return (uint32_t)threshold << 16 ^ SIGN; }
typedef uint32_t table_item;

#if PROCESSOR_ARMV6M
#define REACHED(threshold, bits) "cmp r5, " threshold "\n\tadcs " bits ", " bits "\n\t"
#define BOTH "ldmia r1!, {r6, r7}\n\t" REACHED("r6", "r3") REACHED("r7", "r4")
#define ONE "ldmia r1!, {r6}\n\t" REACHED("r6", "r3")
#define TWO_NUMBERS(offset, each) \
  "ldr r5, [r0, #" offset "]\n\tadd r5, lr\n\t" each "lsls r5, r5, #16\n\tadd r5, lr\n\t" each
#define COMPARE(name, each)                                                                                               \
  ASSEMBLY_FUNCTION static void name(ARGUMENT const int16_t *numbers_end, ARGUMENT const table_item *table,               \
                                     ARGUMENT uint32_t *bits) {                                                           \
    __asm volatile(".syntax unified\n\tpush {r4-r7, lr}\n\tmovs r3, #64\n\tsubs r3, r0, r3\n\tmov r12, r3\n\t"           \
                   "movs r3, #1\n\tlsls r3, r3, #31\n\tmov lr, r3\n\tmovs r3, #0\n\tmovs r4, #0\n"                      \
                   "1:\n\tsubs r0, #16\n\t" TWO_NUMBERS("12", each) TWO_NUMBERS("8", each) TWO_NUMBERS("4", each)       \
                   TWO_NUMBERS("0", each) "cmp r0, r12\n\tbne 1b\n\tstmia r2!, {r3, r4}\n\tpop {r4-r7, pc}");           \
  }
COMPARE(compare_both, BOTH)
COMPARE(compare_one, ONE)

static inline void compare(const int16_t *numbers, const table_item *table, uint32_t outputs, uint32_t *bits) {
  (outputs == 2 ? compare_both : compare_one)(numbers + BLOCK_FILTERS, table, bits);
}

#else
static inline void compare(const int16_t *numbers, const table_item *table, uint32_t outputs, uint32_t *bits) {
  uint32_t first = 0, second = 0;
  const uint32_t *pair = (const uint32_t *)(const void *)(numbers + BLOCK_FILTERS);
  for (uint32_t i = 0; i < HALF_BLOCK; i++) {
    const uint32_t two = *--pair, upper = two ^ SIGN, lower = two << 16 ^ SIGN;
    first = first << 1 | (upper >= *table++);
    if (outputs == 2) second = second << 1 | (upper >= *table++);
    first = first << 1 | (lower >= *table++);
    if (outputs == 2) second = second << 1 | (lower >= *table++);
  }
  bits[0] = first;
  bits[1] = second;
}
#endif

#endif

static size_t block_words(const struct layer *layer) { return (size_t)outputs_of(layer) * (TABLE_WORDS + 1); }

bool stream_thresholds_can(const struct layer *layer) {
  const struct engine_layer *op = &layer->op;
  const bool alone = layer->taps == 1 && op->stride_x == 1 && op->stride_y == 1 && op->input_channels == layer->filters;
  if (!alone || op->input_type != ENGINE_TYPE_INT16 || op->output_type != ENGINE_TYPE_BITS) return false;
  /* Blocks are whole, and aligned to words of bits in each output. */
  if (layer->filters % BLOCK_FILTERS != 0 || (uintptr_t)layer->image % WORD_BYTES != 0) return false;
  return layer->scratch_bytes / WORD_BYTES >= layer->filters / BLOCK_FILTERS * block_words(layer);
}

static void make_table(struct layer *layer) {
  const uint32_t outputs = outputs_of(layer);
  const int32_t *thresholds = (const int32_t *)layer->parameters;
  uint32_t *block = (uint32_t *)(void *)layer->scratch;
  for (uint32_t first = 0; first < layer->filters; first += BLOCK_FILTERS, block += block_words(layer)) {
    for (uint32_t output = 0; output < outputs; output++) {
      uint32_t reachable = 0;
      for (uint32_t i = 0; i < BLOCK_FILTERS; i++) {
        const int32_t t = thresholds[output * layer->filters + first + i];
        const int32_t limited = t < INT16_MIN ? INT16_MIN : t > INT16_MAX ? INT16_MAX : t;
        reachable |= (uint32_t)(t <= INT16_MAX) << i;
        ((table_item *)(void *)block)[table_index(outputs, output, i)] = table_value(limited);
      }
      block[outputs * TABLE_WORDS + output] = reachable;
    }
  }
}

static void put_pixel(const struct layer *layer, const int16_t *numbers, uint32_t *to) {
  const uint32_t outputs = outputs_of(layer);
  const uint32_t blocks = layer->filters / BLOCK_FILTERS;
  const uint32_t *block = (const uint32_t *)(const void *)layer->scratch;
  const uint32_t *inverted = layer->parameters + outputs * layer->filters;
  for (uint32_t i = 0; i < blocks; i++, block += outputs * (TABLE_WORDS + 1), numbers += BLOCK_FILTERS) {
    uint32_t bits[2];
    compare(numbers, (const table_item *)(const void *)block, outputs, bits);
    const uint32_t *reachable = block + outputs * TABLE_WORDS;
    to[i] = (bits[0] & reachable[0]) ^ inverted[i];
    if (outputs == 2) to[blocks + i] = (bits[1] & reachable[1]) ^ inverted[blocks + i];
  }
}

bool stream_thresholds_row(struct layer *layer, uint32_t y) {
  const struct engine_layer *op = &layer->op;
  const int16_t *numbers = (const int16_t *)(const void *)layer->image + (size_t)y * op->input_width * op->input_channels;
  uint32_t *to = (uint32_t *)(void *)(layer->output + (size_t)y * op->output_width * layer->output_bytes);
  const size_t words = layer->output_bytes / WORD_BYTES;
  if (y == 0) make_table(layer);
  for (uint32_t x = 0; x < op->output_width; x++, numbers += op->input_channels, to += words) {
    put_pixel(layer, numbers, to);
    if (!kernel_may_continue()) return false;
  }
  return true;
}
