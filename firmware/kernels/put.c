#include "put.h"

#include "may-continue.h"
#include "processor.h"
#include "scale.h"

#include <string.h>

void put_open(const struct layer *layer, uint8_t *to) {
  if (layer_gives_bits(layer)) memset(to, 0, layer->output_bytes);
}

void put_bits(const struct layer *layer, uint8_t *to, uint32_t first, uint32_t output, uint32_t bits) {
  const uint32_t filters = layer->filters, words = words_for(filters), count = block_filters(layer, first);
  const uint32_t *inverted = layer->parameters + layer->op.outputs_per_sum * filters + output * words;
  const uint32_t at = first + output * (layer->op.output_planes == 2 ? words * WORD_BITS : filters);
  const uint32_t shift = at % WORD_BITS;
  uint32_t *word = (uint32_t *)to + at / WORD_BITS;
  bits = (bits ^ inverted[first / WORD_BITS]) & UINT32_MAX >> (WORD_BITS - count);
  *word |= bits << shift;
  if (shift + count > WORD_BITS) word[1] |= bits >> (WORD_BITS - shift);
}

#if PROCESSOR_ARMV6M
/* From the last sum to the first. Without a sign, a comparison leaves its result in the carry. */
ASSEMBLY_FUNCTION static void compare_down(ARGUMENT const uint32_t *sums_end, ARGUMENT const uint32_t *thresholds_end,
                                           ARGUMENT uint32_t apart_bytes, ARGUMENT uint32_t *bits,
                                           ARGUMENT const uint32_t *sums) {
  __asm volatile(".syntax unified\n\tpush {r4-r7, lr}\n\tldr r4, [sp, #20]\n\tmov r12, r4\n\tmovs r5, #1\n\tlsls r5, r5, #31\n\t"
                 "mov lr, r5\n\tmovs r4, #0\n\tmovs r5, #0\n"
                 "1:\n\tsubs r0, #4\n\tsubs r1, #4\n\tldr r6, [r0]\n\tadd r6, lr\n\t"
                 "ldr r7, [r1]\n\tadd r7, lr\n\tcmp r6, r7\n\tadcs r4, r4\n\t"
                 "ldr r7, [r1, r2]\n\tadd r7, lr\n\tcmp r6, r7\n\tadcs r5, r5\n\t"
                 "cmp r0, r12\n\tbne 1b\n\tstmia r3!, {r4, r5}\n\tpop {r4-r7, pc}");
}
#endif

/* Compares sums with thresholds, for one or two rows of them that are `apart`. Bit i is for sum i. */
static void compare(const uint32_t *sums, uint32_t count, const uint32_t *thresholds, uint32_t apart, uint32_t *bits) {
#if PROCESSOR_ARMV6M
  compare_down(sums + count, thresholds + count, apart * WORD_BYTES, bits, sums);
#else
  const uint32_t *second_thresholds = thresholds + apart;
  uint32_t first = 0, second = 0;
  while (count-- > 0) {
#if PROCESSOR_DSP
    /* The sign of a saturated difference. */
    uint32_t a, b;
    __asm("qsub %0, %1, %2" : "=r"(a) : "r"(sums[count]), "r"(thresholds[count]));
    __asm("qsub %0, %1, %2" : "=r"(b) : "r"(sums[count]), "r"(second_thresholds[count]));
    first = first << 1 | a >> 31;
    second = second << 1 | b >> 31;
#else
    first = first << 1 | (uint32_t)((int32_t)sums[count] < (int32_t)thresholds[count]);
    second = second << 1 | (uint32_t)((int32_t)sums[count] < (int32_t)second_thresholds[count]);
#endif
  }
  bits[0] = ~first;
  bits[1] = ~second;
#endif
}

/* The parameters are [outputs per sum][filters] thresholds, then [outputs per sum][words] bits that invert comparisons. */
static void put_comparisons(const struct layer *layer, uint8_t *to, uint32_t first, uint32_t count, const uint32_t *sums) {
  uint32_t bits[2];
  const bool both = layer->op.outputs_per_sum == 2;
  compare(sums, count, layer->parameters + first, both ? layer->filters : 0, bits);
  put_bits(layer, to, first, 0, bits[0]);
  if (both) put_bits(layer, to, first, 1, bits[1]);
}

void put_prepare(struct layer *layer, uint64_t bound) {
  if (layer_gives_numbers(layer)) layer->arithmetic = scale_choose(layer, bound);
}

/* Inlined, these loops would have their numbers ready also for ops that do not need them. */
SEPARATE static void put_bytes(const int32_t *values, uint32_t count, uint8_t *to) {
#if PROCESSOR_DSP
  for (; count >= 4; count -= 4, values += 4, to += 4) {
    for (uint32_t i = 0; i < 4; i++) {
      uint32_t byte;
      __asm("usat %0, #8, %1" : "=r"(byte) : "r"(values[i]));
      to[i] = (uint8_t)byte;
    }
  }
#endif
  for (uint32_t i = 0; i < count; i++) {
    const int32_t value = values[i];
    to[i] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
  }
}

static int16_t clamp(int32_t value) {
  return (int16_t)(value < INT16_MIN ? INT16_MIN : value > INT16_MAX ? INT16_MAX : value);
}

#if PROCESSOR_DSP
static uint32_t two_halves(const int32_t *values) {
  uint32_t low, high;
  __asm("ssat %0, #16, %1" : "=r"(low) : "r"(values[0]));
  __asm("ssat %0, #16, %1" : "=r"(high) : "r"(values[1]));
  __asm("pkhbt %0, %1, %2, lsl #16" : "=r"(low) : "r"(low), "r"(high));
  return low;
}
#endif

SEPARATE static void put_halves(const int32_t *values, uint32_t count, int16_t *to) {
#if PROCESSOR_DSP
  for (; count >= 4; count -= 4, values += 4, to += 4) {
    const uint32_t first = two_halves(values), second = two_halves(values + 2);
    memcpy(to, &first, sizeof first);
    memcpy(to + 2, &second, sizeof second);
  }
#endif
  for (uint32_t i = 0; i < count; i++) to[i] = clamp(values[i]);
}

SEPARATE static void add(const int16_t *addend, uint32_t count, uint32_t *values) {
  uint32_t i = 0;
#if PROCESSOR_DSP
  for (; i + 2 <= count; i += 2) {
    uint32_t two;
    memcpy(&two, addend + i, sizeof two);
    __asm("sxtah %0, %0, %1" : "+r"(values[i]) : "r"(two));
    values[i + 1] += (uint32_t)((int32_t)two >> 16);
  }
#endif
  for (; i < count; i++) values[i] += (uint32_t)addend[i];
}

/* clamp(((sum * multiplier + offset) >> shift) + addend) */
static void put_numbers(const struct layer *layer, uint8_t *to, const int16_t *addend, uint32_t first, uint32_t count,
                        uint32_t *sums) {
  const uint32_t outputs = layer->op.outputs_per_sum;
  const uint32_t added = addend == NULL ? 0 : layer->op.addend_channels / outputs;
  for (uint32_t output = 0; output < outputs; output++) {
    const uint32_t number = output * layer->filters + first;
    uint32_t copy[BLOCK_FILTERS], *values = sums;
    if (output + 1 < outputs) values = memcpy(copy, sums, count * sizeof *sums);
    scale_sums(layer, number, count, values);
    if (first < added) add(addend + output * added + first, added - first < count ? added - first : count, values);
    if (layer->op.output_type == ENGINE_TYPE_U8) put_bytes((const int32_t *)values, count, to + number);
    else put_halves((const int32_t *)values, count, (int16_t *)(void *)to + number);
  }
}

void put_sums(const struct layer *layer, uint8_t *to, const int16_t *addend, uint32_t first, uint32_t count,
              uint32_t *sums) {
  if (layer_gives_bits(layer)) {
    put_comparisons(layer, to, first, count, sums);
  } else if (layer_gives_numbers(layer)) {
    put_numbers(layer, to, addend, first, count, sums);
  } else {
    for (uint32_t i = 0; i < count; i++) ((uint32_t *)to)[first + i] = sums[i] + layer->parameters[first + i];
  }
}

void put_pixels(const struct layer *layer, uint32_t y, uint32_t x, uint32_t pixels, uint32_t first, uint32_t count,
                uint32_t *sums) {
  const size_t pixel = (size_t)y * layer->op.output_width + x;
  uint8_t *to = layer->output + pixel * layer->output_bytes;
  const int16_t *addend = layer->addend == NULL ? NULL : layer->addend + pixel * layer->op.addend_channels;
  for (; pixels > 0; pixels--, to += layer->output_bytes, sums += BLOCK_FILTERS) {
    if (first == 0) put_open(layer, to);
    put_sums(layer, to, addend, first, count, sums);
    if (addend != NULL) addend += layer->op.addend_channels;
  }
}

/* Merges the bits of one output per sum from bit `at` on: those in the op's mask by AND, the others by OR. */
static void merge_bits(const struct layer *layer, uint32_t *to, const uint32_t *pixel, uint32_t at, const uint32_t *mask) {
  for (uint32_t first = 0; first < layer->filters; first += WORD_BITS, at += WORD_BITS) {
    /* Bits of other outputs, or beyond the last channel, are kept. */
    const uint32_t used = UINT32_MAX >> (WORD_BITS - block_filters(layer, first));
    const uint32_t all = *mask++ & used, any = ~all & used;
    const uint32_t shift = at % WORD_BITS, word = at / WORD_BITS;
    to[word] = (to[word] | (pixel[word] & any << shift)) & (pixel[word] | ~(all << shift));
    if (shift == 0) continue;
    const uint32_t high_any = any >> (WORD_BITS - shift), high_all = all >> (WORD_BITS - shift);
    if ((high_any | high_all) == 0) continue;
    to[word + 1] = (to[word + 1] | (pixel[word + 1] & high_any)) & (pixel[word + 1] | ~high_all);
  }
}

void put_larger(const struct layer *layer, uint8_t *to, const uint8_t *pixel) {
  const struct engine_layer *op = &layer->op;
  if (layer_gives_bits(layer)) {
    const uint32_t words = words_for(layer->filters);
    const uint32_t *mask = layer->parameters + op->outputs_per_sum * (layer->filters + words);
    const uint32_t apart = op->output_planes == 2 ? words * WORD_BITS : layer->filters;
    for (uint32_t output = 0; output < op->outputs_per_sum; output++) {
      merge_bits(layer, (uint32_t *)to, (const uint32_t *)pixel, output * apart, mask + output * words);
    }
  } else if (!layer_gives_numbers(layer)) {
    return;
  } else if (op->output_type == ENGINE_TYPE_U8) {
    for (uint32_t c = 0; c < op->output_channels; c++) to[c] = pixel[c] > to[c] ? pixel[c] : to[c];
  } else {
    int16_t *numbers = (int16_t *)to;
    const int16_t *others = (const int16_t *)pixel;
    for (uint32_t c = 0; c < op->output_channels; c++) numbers[c] = others[c] > numbers[c] ? others[c] : numbers[c];
  }
}

bool put_from_one_sum(const struct layer *layer, uint32_t *smallest) {
  const struct engine_layer *op = &layer->op;
  const uint32_t words = words_for(layer->filters);
  const uint32_t *parameters = layer->parameters;
  for (uint32_t output = 0; output < op->outputs_per_sum; output++) {
    for (uint32_t block = 0; block < words; block++) {
      uint32_t kinds = 0;
      if (layer_gives_bits(layer)) {
        /* OR of bits that are not inverted, and AND of those that are. */
        const uint32_t *inverted = parameters + op->outputs_per_sum * layer->filters + output * words + block;
        kinds = *inverted ^ inverted[op->outputs_per_sum * words];
      } else {
        const uint32_t first = block * BLOCK_FILTERS, count = block_filters(layer, first);
        const uint32_t *multiplier = parameters + output * layer->filters + first;
        for (uint32_t i = 0; i < count; i++) kinds |= multiplier[i] >> 31 << i;
      }
      if (output == 0) smallest[block] = kinds;
      else if (smallest[block] != kinds) return false;
    }
  }
  return true;
}

bool put_row(const struct layer *layer, uint32_t y,
             void (*make)(void *context, uint32_t y, uint32_t x, uint8_t *to, const int16_t *addend), void *context) {
  const struct engine_layer *op = &layer->op;
  uint8_t *to = layer->output + (size_t)y * op->output_width * layer->output_bytes;
  const int16_t *addend = layer->addend == NULL ? NULL : layer->addend + (size_t)y * op->output_width * op->addend_channels;
  for (uint32_t x = 0; x < op->output_width; x++, to += layer->output_bytes) {
    for (uint32_t i = 0; i < op->pool_height; i++) {
      for (uint32_t j = 0; j < op->pool_width; j++) {
        const bool is_first = i == 0 && j == 0;
        make(context, y * op->pool_height + i, x * op->pool_width + j, is_first ? to : layer->scratch, addend);
        if (PART_OUTPUT_POOL && !is_first) put_larger(layer, to, layer->scratch);
        if (!kernel_may_continue()) return false;
      }
    }
    if (addend != NULL) addend += op->addend_channels;
  }
  return true;
}
