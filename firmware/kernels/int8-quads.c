#include "int8-quads.h"

#include "int8-rows.h"
#include "poll.h"
#include "put.h"

#include <string.h>

/* Four pixels of the convolution: those of a 2 x 2 pool, or adjacent ones of a row. */
enum { PIXELS = 4, POOL = 2 };

/* What the rows of a layer have in common. */
struct plan {
  struct int8_rows rows;
  uint32_t values;  /* of a window */
  uint32_t *window; /* the values of four windows, interleaved */
  uint32_t *weights;
  uint32_t filters; /* whose weights have room */
};

static bool is_pooled(const struct layer *layer) { return layer_pools(layer); }

#ifdef __ARM_FEATURE_DSP
/*
 * Windows are [pair of values][pixel], weights are [pair of filters][pair of values][filter], both as 16-bit halves of
 * words. Weights of filters that need the smallest sum of a pool are negated, and so are their sums.
 */
enum { ITEM_VALUES = 2, WEIGHT_FILTERS = 2 };

static uint32_t items_of(uint32_t values) { return (values + ITEM_VALUES - 1) / ITEM_VALUES; }

static size_t weight_words(uint32_t values, uint32_t filters) {
  return (size_t)items_of(values) * ((filters + 1) & ~1u);
}

static void gather(const struct layer *layer, const struct plan *plan, const int16_t *from, uint32_t *to) {
  const uint32_t row_values = layer->op.kernel_width * layer->op.input_channels;
  bool has_half = false;
  uint32_t half = 0;
  for (uint32_t row = 0; row < layer->op.kernel_height; row++, from += plan->rows.pitch) {
    const int16_t *value = from, *const end = from + row_values;
    if (has_half) {
      *to = half | (uint32_t)*value++ << 16;
      to += PIXELS;
    }
    for (; end - value >= 2; value += 2, to += PIXELS) memcpy(to, value, sizeof *to);
    has_half = value != end;
    if (has_half) half = (uint16_t)*value;
  }
  if (has_half) *to = half;
}

static uint32_t pair_of(const int8_t *weights, bool both, int32_t sign) {
  const int32_t first = weights[0] * sign, second = both ? weights[1] * sign : 0;
  return ((uint32_t)first & 0xffff) | (uint32_t)second << 16;
}

/* Spreads the weights of `count` filters. Without a second filter, a pair has the first one twice. */
static void spread_weights(const struct plan *plan, const int8_t *weights, uint32_t count, uint32_t smallest, uint32_t *to) {
  for (uint32_t filter = 0; filter < count; filter += 2, weights += 2 * plan->values, smallest >>= 2) {
    const bool two = filter + 1 < count;
    const int8_t *second = two ? weights + plan->values : weights;
    const int32_t sign = smallest & 1 ? -1 : 1, second_sign = smallest & 2 ? -1 : 1;
    for (uint32_t i = 0; i < plan->values; i += 2, to += 2) {
      const bool both = i + 1 < plan->values;
      to[0] = pair_of(weights + i, both, sign);
      to[1] = pair_of(second + i, both, second_sign);
    }
  }
}

/* Bytes of the instructions for one pair of values, of which the loop has STEPS. */
enum { STEPS = 8 };

#define STEP(multiply, a, b, c, d, e, f, g, h)                            \
  "ldrd r2, lr, [r1], #8\n\tldrd r3, r12, [r0], #8\n\t"                   \
  multiply " r4, r2, r3" a "\n\t" multiply " r5, lr, r3" b "\n\t"         \
  multiply " r6, r2, r12" c "\n\t" multiply " r7, lr, r12" d "\n\t"       \
  "ldrd r3, r12, [r0], #8\n\t"                                            \
  multiply " r8, r2, r3" e "\n\t" multiply " r9, lr, r3" f "\n\t"         \
  multiply " r10, r2, r12" g "\n\t" multiply " r11, lr, r12" h "\n\t"
#define FIRST_STEP STEP("smuad", "", "", "", "", "", "", "", "")
#define NEXT_STEP STEP("smlad", ", r4", ", r5", ", r6", ", r7", ", r8", ", r9", ", r10", ", r11")
#define MAX(a, b) "cmp " a ", " b "\n\tit lt\n\tmovlt " a ", " b "\n\t"

struct dots {
  const uint32_t *window, *window_end, *weights_end;
  uint32_t *sums;
  uint32_t skipped_bytes; /* of the loop's instructions, at the first time */
};

/* For pairs of filters: [pixel][BLOCK_FILTERS] sums, or the largest sum of the four pixels. The places of sums advance by two
 * filters. */
#define DOTS(name, finish)                                                                                     \
  __attribute__((naked, noinline)) static void name(struct dots *dots, const uint32_t *weights) {              \
    (void)dots, (void)weights;                                                                                 \
    __asm volatile("push {r0, r4-r11, lr}\n"                                                                   \
                   "1:\n\tldr r12, [sp]\n\tldr r0, [r12]\n\t" FIRST_STEP                                       \
                   "ldr r2, [sp]\n\tldr r3, [r2, #4]\n\tldr r2, [r2, #16]\n\tcmp r0, r3\n\tbeq 4f\n\t"         \
                   "adr r3, 2f\n\tadd r3, r3, r2\n\torr r3, r3, #1\n\tbx r3\n\t"                               \
                   ".p2align 2\n2:\n\t" NEXT_STEP NEXT_STEP NEXT_STEP NEXT_STEP NEXT_STEP NEXT_STEP NEXT_STEP NEXT_STEP \
                   "ldr r2, [sp]\n\tldr r2, [r2, #4]\n\tcmp r0, r2\n\tbne 2b\n"                                \
                   "4:\n\t" finish                                                                             \
                   "ldr r2, [r3, #8]\n\tcmp r1, r2\n\tbne 1b\n\tpop {r0, r4-r11, pc}");                        \
  }
DOTS(dots_of_pixels, "ldr r3, [sp]\n\tldr r2, [r3, #12]\n\tstrd r6, r7, [r2, #128]\n\tstrd r8, r9, [r2, #256]\n\t"
                     "strd r10, r11, [r2, #384]\n\tstrd r4, r5, [r2], #8\n\tstr r2, [r3, #12]\n\t")
DOTS(dots_of_pool, MAX("r4", "r6") MAX("r8", "r10") MAX("r5", "r7") MAX("r9", "r11") MAX("r4", "r8") MAX("r5", "r9")
                   "ldr r3, [sp]\n\tldr r2, [r3, #12]\n\tstrd r4, r5, [r2], #8\n\tstr r2, [r3, #12]\n\t")

/* Sums of `count` filters, whose weights are spread from `weights` on. */
static void sum_up(const struct plan *plan, const uint32_t *weights, uint32_t count, bool pooled, uint32_t smallest, uint32_t *sums) {
  enum { STEP_BYTES = 44 };
  const uint32_t items = items_of(plan->values);
  const uint32_t rest = (items - 1) % STEPS;
  struct dots dots = {plan->window, plan->window + items * PIXELS, weights + weight_words(plan->values, count), sums,
                      rest == 0 ? 0 : (STEPS - rest) * STEP_BYTES};
  if (!pooled) {
    dots_of_pixels(&dots, weights);
    return;
  }
  dots_of_pool(&dots, weights);
  for (; smallest != 0; smallest >>= 1, sums++) {
    if (smallest & 1) *sums = -*sums;
  }
}

#else
/* Windows are words [value][pixel]. Weights are where they are. */
enum { ITEM_VALUES = 1 };

static uint32_t items_of(uint32_t values) { return values; }

static void gather(const struct layer *layer, const struct plan *plan, const int16_t *from, uint32_t *to) {
  const uint32_t row_values = layer->op.kernel_width * layer->op.input_channels;
  for (uint32_t row = 0; row < layer->op.kernel_height; row++, from += plan->rows.pitch) {
    for (uint32_t i = 0; i < row_values; i++, to += PIXELS) *to = (uint32_t)from[i];
  }
}

/* Adds the products of `count` weights with four windows. */
static void dots(const uint32_t *window, const int8_t *weights, uint32_t count, uint32_t *sums) {
  uint32_t a = 0, b = 0, c = 0, d = 0;
#if defined(__thumb__) && !defined(__thumb2__)
  /* From the end of the weights, so that the loop's counter is their index. */
  const int8_t *end = weights + count;
  int32_t index = -(int32_t)count;
#define PRODUCT(value, sum) "muls " value ", r7\n\tadd " sum ", " value "\n\t"
  __asm volatile(".syntax unified\n1:\n\tldrsb r7, [%[w], %[i]]\n\tldmia %[v]!, {r3, r4, r5, r6}\n\t"
                 PRODUCT("r3", "%[a]") PRODUCT("r4", "%[b]") PRODUCT("r5", "%[c]") PRODUCT("r6", "%[d]")
                 "adds %[i], #1\n\tbne 1b"
                 : [a] "+h"(a), [b] "+h"(b), [c] "+h"(c), [d] "+h"(d), [i] "+l"(index), [v] "+l"(window)
                 : [w] "l"(end)
                 : "r3", "r4", "r5", "r6", "r7", "cc", "memory");
#else
  for (; count > 0; count--, window += PIXELS) {
    const uint32_t weight = (uint32_t)*weights++;
    a += weight * window[0];
    b += weight * window[1];
    c += weight * window[2];
    d += weight * window[3];
  }
#endif
  sums[0] = a;
  sums[1] = b;
  sums[2] = c;
  sums[3] = d;
}

static uint32_t larger(uint32_t a, uint32_t b) { return (int32_t)a > (int32_t)b ? a : b; }
static uint32_t smaller(uint32_t a, uint32_t b) { return (int32_t)a < (int32_t)b ? a : b; }

static void sum_up(const struct plan *plan, const int8_t *weights, uint32_t count, bool pooled, uint32_t smallest, uint32_t *sums) {
  for (uint32_t filter = 0; filter < count; filter++, weights += plan->values, smallest >>= 1) {
    uint32_t four[PIXELS];
    dots(plan->window, weights, plan->values, four);
    if (!pooled) {
      for (uint32_t pixel = 0; pixel < PIXELS; pixel++) sums[pixel * BLOCK_FILTERS + filter] = four[pixel];
    } else if (smallest & 1) {
      sums[filter] = smaller(smaller(four[0], four[1]), smaller(four[2], four[3]));
    } else {
      sums[filter] = larger(larger(four[0], four[1]), larger(four[2], four[3]));
    }
  }
}
#endif

/* Divides the scratch memory. Returns false if it is too small. */
static bool make_plan(const struct layer *layer, struct plan *plan) {
  const struct engine_layer *op = &layer->op;
  const uint64_t values = (uint64_t)layer->taps * op->input_channels;
  const uint64_t columns = (uint64_t)(layer->convolution_width - 1) * op->stride_x + op->kernel_width;
  const uint64_t pitch = int8_rows_pitch(layer, columns);
  const uint32_t count = op->kernel_height + (is_pooled(layer) ? op->stride_y : 0);
  const uint64_t row_words = pitch / 2 * count;
  if (values > layer->scratch_bytes || row_words > layer->scratch_bytes) return false;
  const uint64_t window_words = (uint64_t)items_of((uint32_t)values) * PIXELS;
  const uint64_t words = layer->scratch_bytes / WORD_BYTES;
  if (row_words + window_words > words) return false;
  uint32_t *next = (uint32_t *)(void *)layer->scratch;
  plan->window = next;
  plan->values = (uint32_t)values;
  plan->rows = (struct int8_rows){(int16_t *)(void *)(next + window_words), (uint32_t)pitch, count};
  plan->weights = next + window_words + row_words;
  plan->filters = layer->filters;
#ifdef __ARM_FEATURE_DSP
  /* All filters, or whole blocks. */
  const uint64_t room = words - row_words - window_words;
  if (weight_words(plan->values, layer->filters) > room) {
    plan->filters = (uint32_t)(room / weight_words(plan->values, BLOCK_FILTERS)) * BLOCK_FILTERS;
  }
#endif
  return plan->filters > 0;
}

bool int8_quads_can(const struct layer *layer) {
  const struct engine_layer *op = &layer->op;
  struct plan plan;
  const bool pools_two = op->pool_height == POOL && op->pool_width == POOL;
  if (layer->convolution_width < 2 || (is_pooled(layer) && !pools_two) || !make_plan(layer, &plan)) return false;
  for (uint32_t first = 0; is_pooled(layer) && first < layer->filters; first += BLOCK_FILTERS) {
    uint32_t smallest;
    if (!put_from_one_sum(layer, first, block_filters(layer, first), &smallest)) return false;
  }
  return true;
}

/* Gathers the windows at column `x` of the output, or from there on. */
static void gather_four(const struct layer *layer, const struct plan *plan, uint32_t x) {
  const uint32_t step = layer->op.stride_x * layer->op.input_channels;
  const int16_t *rows = plan->rows.values;
  for (uint32_t pixel = 0; pixel < PIXELS; pixel++) {
    const uint32_t last = layer->convolution_width - 1;
    const uint32_t column = is_pooled(layer) ? x * POOL + pixel % POOL : x + pixel < last ? x + pixel : last;
    const uint32_t row = is_pooled(layer) ? pixel / POOL * layer->op.stride_y : 0;
    gather(layer, plan, rows + row * plan->rows.pitch + column * step, plan->window + pixel);
  }
}

/* Makes the outputs of one gathered quad for the filters from..to - 1. */
static void put_four(const struct layer *layer, const struct plan *plan, uint32_t x, uint32_t y, uint32_t from, uint32_t to) {
  const bool pooled = is_pooled(layer);
  const uint32_t rest = layer->op.output_width - x;
  const uint32_t pixels = pooled ? 1 : rest < PIXELS ? rest : PIXELS;
  const size_t pixel = (size_t)y * layer->op.output_width + x;
  uint8_t *output = layer->output + pixel * layer->output_bytes;
  if (from == 0) {
    for (uint32_t i = 0; i < pixels; i++) put_open(layer, output + i * layer->output_bytes);
  }
  for (uint32_t first = from; first < to; first += BLOCK_FILTERS) {
    uint32_t sums[PIXELS * BLOCK_FILTERS + 1], smallest = 0;
    const uint32_t count = block_filters(layer, first);
    if (pooled) put_from_one_sum(layer, first, count, &smallest);
#ifdef __ARM_FEATURE_DSP
    sum_up(plan, plan->weights + weight_words(plan->values, first - from), count, pooled, smallest, sums);
#else
    sum_up(plan, (const int8_t *)layer->weights + (size_t)first * plan->values, count, pooled, smallest, sums);
#endif
    for (uint32_t i = 0; i < pixels; i++) {
      const int16_t *addend = layer->addend == NULL ? NULL : layer->addend + (pixel + i) * layer->op.addend_channels;
      put_sums(layer, output + i * layer->output_bytes, addend, first, count, sums + i * BLOCK_FILTERS);
    }
  }
}

/* Spreads the weights of the filters from..to - 1, which are blocks. */
static void prepare_weights(const struct layer *layer, const struct plan *plan, uint32_t from, uint32_t to) {
#ifdef __ARM_FEATURE_DSP
  for (uint32_t first = from; first < to; first += BLOCK_FILTERS) {
    const uint32_t count = block_filters(layer, first);
    uint32_t smallest = 0;
    if (is_pooled(layer)) put_from_one_sum(layer, first, count, &smallest);
    const int8_t *weights = (const int8_t *)layer->weights + (size_t)first * plan->values;
    spread_weights(plan, weights, count, smallest, plan->weights + weight_words(plan->values, first - from));
  }
#else
  (void)layer, (void)plan, (void)from, (void)to;
#endif
}

bool int8_quads_row(struct layer *layer, uint32_t y) {
  struct plan plan;
  make_plan(layer, &plan);
  int8_rows_fill(layer, &plan.rows, y * layer->op.pool_height);
  const uint32_t step = is_pooled(layer) ? 1 : PIXELS;
  for (uint32_t from = 0; from < layer->filters; from += plan.filters) {
    const uint32_t to = layer->filters - from < plan.filters ? layer->filters : from + plan.filters;
    if (y == 0 || plan.filters < layer->filters) prepare_weights(layer, &plan, from, to);
    for (uint32_t x = 0; x < layer->op.output_width; x += step) {
      gather_four(layer, &plan, x);
      put_four(layer, &plan, x, y, from, to);
      for (uint32_t i = 0; i < PIXELS; i++) {
        if (!kernel_may_continue()) return false;
      }
    }
  }
  return true;
}
