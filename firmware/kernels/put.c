#include "put.h"

#include "poll.h"

#include <string.h>

void put_open(const struct layer *layer, uint8_t *to) {
  if (layer->op.output_type == ENGINE_TYPE_BITS) memset(to, 0, layer->output_bytes);
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

/* The parameters are [outputs per sum][filters] thresholds, then [outputs per sum][words] bits that invert comparisons. */
static void compare(const struct layer *layer, uint8_t *to, uint32_t first, uint32_t count, const uint32_t *sums) {
  const int32_t *threshold = (const int32_t *)layer->parameters + first;
  for (uint32_t output = 0; output < layer->op.outputs_per_sum; output++, threshold += layer->filters) {
    uint32_t bits = 0;
    /* From the last filter to the first, whose bit is the lowest. */
    for (uint32_t i = count; i-- > 0;) bits = bits << 1 | (uint32_t)((int32_t)sums[i] >= threshold[i]);
    put_bits(layer, to, first, output, bits);
  }
}

/* How fixed-point numbers are computed: with products of 64 bits, exactly for all valid parameters; with products of
 * 64 bits whose results have 31; or with products of 32 bits. */
enum { WIDE, SHORT_RESULTS, SHORT_PRODUCTS };
enum { HALF_BITS = 16, LARGEST_HALF = 1 << 15 };

static uint32_t magnitude(uint32_t number) { return number >> 31 ? -number : number; }

void put_prepare(struct layer *layer, uint64_t bound) {
  const uint32_t shift = layer->op.shift;
  if (layer->op.output_type == ENGINE_TYPE_BITS || layer->op.output_type == ENGINE_TYPE_INT32) return;
  const uint32_t numbers = layer->filters * layer->op.outputs_per_sum;
  const uint32_t *multiplier = layer->parameters, *high = multiplier + 2 * numbers;
  uint32_t largest = 0, largest_high = 0;
  for (uint32_t i = 0; i < numbers; i++) {
    const uint32_t m = magnitude(multiplier[i]), h = magnitude(high[i]);
    if (m > largest) largest = m;
    if (h > largest_high) largest_high = h;
  }
  /* The largest magnitude of sum * multiplier + offset. */
  const uint64_t total = bound * largest + ((uint64_t)largest_high + 1) * (UINT64_C(1) << 32);
#ifdef __ARM_FEATURE_DSP
  const bool fits = shift >= 1 && (shift > 32 || total >> (30 + shift) == 0);
  layer->arithmetic = fits ? SHORT_RESULTS : WIDE;
#else
  const bool fits = bound <= LARGEST_HALF && shift >= HALF_BITS && total >> (30 + HALF_BITS) == 0;
  layer->arithmetic = fits ? SHORT_PRODUCTS : WIDE;
#endif
}

/* Replaces sums by (sum * multiplier + offset) >> shift; `multiplier` points to the first of [numbers] multipliers, low
 * words and high words of offsets. Results beyond 31 bits may be replaced by others beyond 17. */
static void scale_wide(const uint32_t *multiplier, uint32_t numbers, uint32_t shift, uint32_t count, uint32_t *sums) {
  for (uint32_t i = 0; i < count; i++, multiplier++) {
    const int64_t product = (int64_t)(int32_t)sums[i] * (int32_t)*multiplier;
    const uint64_t offset = (uint64_t)multiplier[2 * numbers] << 32 | multiplier[numbers];
    const int64_t value = (int64_t)((uint64_t)product + offset) >> shift;
    const int32_t limit = 1 << 30;
    sums[i] = (uint32_t)(int32_t)(value < -limit ? -limit : value > limit ? limit : value);
  }
}

#ifdef __ARM_FEATURE_DSP
static void scale_short(const uint32_t *multiplier, uint32_t numbers, uint32_t shift, uint32_t count, uint32_t *sums) {
  const uint32_t *low = multiplier + numbers, *high = low + numbers;
  if (shift > 32) {
    for (uint32_t i = 0; i < count; i++) {
      uint32_t l = low[i], h = high[i];
      __asm("smlal %0, %1, %2, %3" : "+r"(l), "+r"(h) : "r"(sums[i]), "r"(multiplier[i]));
      sums[i] = (uint32_t)((int32_t)h >> (shift - 32));
    }
  } else {
    for (uint32_t i = 0; i < count; i++) {
      uint32_t l = low[i], h = high[i], value;
      __asm("smlal %0, %1, %2, %3" : "+r"(l), "+r"(h) : "r"(sums[i]), "r"(multiplier[i]));
      /* A shift by 32 gives 0. */
      __asm("lsr %0, %1, %3\n\tlsl %2, %2, %4\n\torr %0, %0, %2" : "=&r"(value) : "r"(l), "r"(h), "r"(shift), "r"(32 - shift));
      sums[i] = value;
    }
  }
}
#else
/* By halves of the multiplier. No part overflows: put_prepare. */
static void scale_short(const uint32_t *multiplier, uint32_t numbers, uint32_t shift, uint32_t count, uint32_t *sums) {
  const uint32_t *low = multiplier + numbers, *high = low + numbers;
  for (uint32_t i = 0; i < count; i++) {
    const uint32_t sum = sums[i], m = multiplier[i], l = low[i];
    const uint32_t carried = (uint32_t)((int32_t)(sum * (m & 0xffff) + (l & 0xffff)) >> HALF_BITS);
    const uint32_t value = sum * (uint32_t)((int32_t)m >> HALF_BITS) + carried + (l >> HALF_BITS) + (high[i] << HALF_BITS);
    sums[i] = (uint32_t)((int32_t)value >> (shift - HALF_BITS));
  }
}
#endif

static int32_t clamp(int32_t value, int32_t min, int32_t max) { return value < min ? min : value > max ? max : value; }

/* clamp(((sum * multiplier + offset) >> shift) + addend) */
static void put_numbers(const struct layer *layer, uint8_t *to, const int16_t *addend, uint32_t first, uint32_t count,
                        uint32_t *sums) {
  const uint32_t outputs = layer->op.outputs_per_sum, numbers = layer->filters * outputs;
  const uint32_t added = addend == NULL ? 0 : layer->op.addend_channels / outputs;
  for (uint32_t output = 0; output < outputs; output++) {
    const uint32_t number = output * layer->filters + first;
    uint32_t copy[BLOCK_FILTERS], *values = sums;
    if (output + 1 < outputs) values = memcpy(copy, sums, count * sizeof *sums);
    if (layer->arithmetic == WIDE) scale_wide(layer->parameters + number, numbers, layer->op.shift, count, values);
    else scale_short(layer->parameters + number, numbers, layer->op.shift, count, values);
    const int16_t *add = addend + output * added + first;
    for (uint32_t i = 0; i < count && first + i < added; i++) values[i] += (uint32_t)add[i];
    if (layer->op.output_type == ENGINE_TYPE_U8) {
      for (uint32_t i = 0; i < count; i++) to[number + i] = (uint8_t)clamp((int32_t)values[i], 0, UINT8_MAX);
    } else {
      for (uint32_t i = 0; i < count; i++) {
        ((int16_t *)to)[number + i] = (int16_t)clamp((int32_t)values[i], INT16_MIN, INT16_MAX);
      }
    }
  }
}

void put_sums(const struct layer *layer, uint8_t *to, const int16_t *addend, uint32_t first, uint32_t count,
              uint32_t *sums) {
  if (layer->op.output_type == ENGINE_TYPE_BITS) {
    compare(layer, to, first, count, sums);
  } else if (layer->op.output_type == ENGINE_TYPE_INT32) {
    for (uint32_t i = 0; i < count; i++) ((uint32_t *)to)[first + i] = sums[i] + layer->parameters[first + i];
  } else {
    put_numbers(layer, to, addend, first, count, sums);
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
  if (op->output_type == ENGINE_TYPE_BITS) {
    const uint32_t words = words_for(layer->filters);
    const uint32_t *mask = layer->parameters + op->outputs_per_sum * (layer->filters + words);
    const uint32_t apart = op->output_planes == 2 ? words * WORD_BITS : layer->filters;
    for (uint32_t output = 0; output < op->outputs_per_sum; output++) {
      merge_bits(layer, (uint32_t *)to, (const uint32_t *)pixel, output * apart, mask + output * words);
    }
  } else if (op->output_type == ENGINE_TYPE_U8) {
    for (uint32_t c = 0; c < op->output_channels; c++) to[c] = pixel[c] > to[c] ? pixel[c] : to[c];
  } else {
    int16_t *numbers = (int16_t *)to;
    const int16_t *others = (const int16_t *)pixel;
    for (uint32_t c = 0; c < op->output_channels; c++) numbers[c] = others[c] > numbers[c] ? others[c] : numbers[c];
  }
}

bool put_from_one_sum(const struct layer *layer, uint32_t first, uint32_t count, uint32_t *smallest) {
  const struct engine_layer *op = &layer->op;
  const uint32_t words = words_for(layer->filters), block = first / BLOCK_FILTERS;
  uint32_t kinds[2] = {0, 0};
  for (uint32_t output = 0; output < op->outputs_per_sum; output++) {
    if (op->output_type == ENGINE_TYPE_BITS) {
      /* OR of bits that are not inverted, and AND of those that are. */
      const uint32_t *inverted = layer->parameters + op->outputs_per_sum * layer->filters + output * words + block;
      kinds[output] = *inverted ^ inverted[op->outputs_per_sum * words];
    } else {
      const uint32_t *multiplier = layer->parameters + output * layer->filters + first;
      for (uint32_t i = 0; i < count; i++) kinds[output] |= multiplier[i] >> 31 << i;
    }
  }
  *smallest = kinds[0];
  return op->outputs_per_sum == 1 || kinds[0] == kinds[1];
}

bool put_row(const struct layer *layer, uint32_t y,
             void (*make)(const struct layer *layer, uint32_t y, uint32_t x, uint8_t *to, const int16_t *addend)) {
  const struct engine_layer *op = &layer->op;
  uint8_t *to = layer->output + (size_t)y * op->output_width * layer->output_bytes;
  const int16_t *addend = layer->addend == NULL ? NULL : layer->addend + (size_t)y * op->output_width * op->addend_channels;
  for (uint32_t x = 0; x < op->output_width; x++, to += layer->output_bytes) {
    for (uint32_t i = 0; i < op->pool_height; i++) {
      for (uint32_t j = 0; j < op->pool_width; j++) {
        const bool is_first = i == 0 && j == 0;
        make(layer, y * op->pool_height + i, x * op->pool_width + j, is_first ? to : layer->scratch, addend);
        if (!is_first) put_larger(layer, to, layer->scratch);
        if (!kernel_may_continue()) return false;
      }
    }
    if (addend != NULL) addend += op->addend_channels;
  }
  return true;
}
