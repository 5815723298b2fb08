#include "binary-scales.h"

enum { HALF_BITS = 16, MAX_SUM = 32767 };

/* Returns a multiplier or an offset for a shift of at least HALF_BITS. */
static bool widen(int64_t *value, uint32_t bits) {
  const int64_t factor = (int64_t)1 << bits;
  const bool fits = *value < INT64_MAX / factor && *value > -(INT64_MAX / factor);
  if (fits) *value *= factor;
  return fits;
}

static int64_t magnitude(int64_t value) { return value < 0 ? -value : value; }

static bool make_scale(int64_t multiplier, int64_t offset, uint32_t shift, uint32_t bound, struct binary_scale *scale) {
  if (shift < HALF_BITS && !(widen(&multiplier, HALF_BITS - shift) && widen(&offset, HALF_BITS - shift))) return false;
  const int64_t high = multiplier >> HALF_BITS, offset_high = offset >> HALF_BITS;
  /* The value before the last shift, with the carry of the lower half, and a number of the addend. */
  const int64_t room = INT32_MAX - 2 * (int64_t)MAX_SUM - 4 - (int64_t)bound;
  if (magnitude(high) > INT32_MAX || magnitude(offset_high) > room) return false;
  if (magnitude(high) * bound + magnitude(offset_high) > room) return false;
  *scale = (struct binary_scale){(int32_t)high, (int32_t)(multiplier & 0xffff), (int32_t)(offset & 0xffff), (int32_t)offset_high};
  return true;
}

bool binary_scales_make(const struct layer *layer, uint32_t bound, struct binary_scale *to) {
  const uint32_t numbers = layer->filters * layer->op.outputs_per_sum;
  if (bound >= MAX_SUM) return false;
  for (uint32_t i = 0; i < numbers; i++) {
    const uint32_t *multiplier = layer->parameters + i;
    const int64_t offset = (int64_t)((uint64_t)multiplier[2 * numbers] << 32 | multiplier[numbers]);
    if (!make_scale((int32_t)*multiplier, offset, layer->op.shift, bound, to + i)) return false;
  }
  return true;
}

static int32_t scale_of(const struct binary_scale *scale, int32_t sum, uint32_t shift) {
  const int32_t low = (sum * scale->low + scale->offset_low) >> HALF_BITS;
  return (sum * scale->high + scale->offset_high + low) >> shift;
}

static int32_t limit(int32_t value, int32_t min, int32_t max) { return value < min ? min : value > max ? max : value; }

void binary_scales_put(const struct layer *layer, const struct binary_scale *scales, uint8_t *to, const int16_t *addend,
                       uint32_t first, uint32_t count, const uint32_t *counters, uint32_t activations) {
  const uint32_t outputs = layer->op.outputs_per_sum;
  const uint32_t added = addend == NULL ? 0 : layer->op.addend_channels / outputs;
  const uint32_t shift = layer->op.shift < HALF_BITS ? 0 : layer->op.shift - HALF_BITS;
  const uint32_t last_shift = shift < 31 ? shift : 31;
  for (uint32_t output = 0; output < outputs; output++, scales += layer->filters) {
    const struct binary_scale *scale = scales + first;
    const uint32_t number = output * layer->filters + first;
    const int16_t *more = addend + output * added + first;
    for (uint32_t i = 0; i < count; i++, scale++) {
      const uint32_t counter = i < 16 ? counters[i] & 0xffff : counters[i - 16] >> 16;
      int32_t value = scale_of(scale, (int32_t)(2 * counter - activations), last_shift);
      if (first + i < added) value += more[i];
      if (layer->op.output_type == ENGINE_TYPE_U8) to[number + i] = (uint8_t)limit(value, 0, UINT8_MAX);
      else ((int16_t *)to)[number + i] = (int16_t)limit(value, INT16_MIN, INT16_MAX);
    }
  }
}
