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

/* clamp(((sum * multiplier + offset) >> shift) + addend), of [numbers] multipliers, low and high words of offsets */
static void put_numbers(const struct layer *layer, uint8_t *to, const int16_t *addend, uint32_t first, uint32_t count,
                        const uint32_t *sums) {
  const uint32_t numbers = layer->filters * layer->op.outputs_per_sum;
  const uint32_t added = layer->addend == NULL ? 0 : layer->op.addend_channels / layer->op.outputs_per_sum;
  const bool bytes = layer->op.output_type == ENGINE_TYPE_U8;
  const int32_t min = bytes ? 0 : INT16_MIN, max = bytes ? UINT8_MAX : INT16_MAX;
  const uint32_t shift = layer->op.shift;
  for (uint32_t output = 0; output < layer->op.outputs_per_sum; output++) {
    for (uint32_t i = 0; i < count; i++) {
      const uint32_t number = output * layer->filters + first + i;
      const uint32_t *multiplier = layer->parameters + number;
      const int64_t product = (int64_t)(int32_t)sums[i] * (int32_t)*multiplier;
      const uint64_t offset = (uint64_t)multiplier[2 * numbers] << 32 | multiplier[numbers];
      int64_t value = (int64_t)((uint64_t)product + offset) >> shift;
      if (first + i < added) value = (int64_t)((uint64_t)value + (uint64_t)(int64_t)addend[output * added + first + i]);
      value = value < min ? min : value > max ? max : value;
      if (bytes) to[number] = (uint8_t)value;
      else ((int16_t *)to)[number] = (int16_t)value;
    }
  }
}

void put_sums(const struct layer *layer, uint8_t *to, const int16_t *addend, uint32_t first, uint32_t count,
              const uint32_t *sums) {
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
