#include "int8-quads.h"

#include "int8-rows.h"
#include "may-continue.h"
#include "processor.h"
#include "put.h"

#include <string.h>

/* Four pixels of the convolution: those of a 2 x 2 pool, or adjacent ones of a row. */
enum { PIXELS = 4, POOL = 2 };

/* What the rows of a layer have in common. */
struct plan {
  struct int8_rows rows;
  uint32_t values;  /* of a window */
  uint32_t *window; /* the values of four windows, interleaved */
  uint32_t *smallest; /* of each block, for a pool: put_from_one_sum */
  uint32_t *weights;
  uint32_t filters; /* whose weights have room */
};

static bool is_pooled(const struct layer *layer) { return layer_pools(layer); }

#if PROCESSOR_DSP
/*
 * Windows are [pair of values][pixel], weights are [pair of filters][pair of values][filter], both as 16-bit halves of
 * words. Weights of filters that need the smallest sum of a pool are negated, and so are their sums.
 */
enum { ITEM_VALUES = 2, WEIGHT_FILTERS = 2 };

static uint32_t items_of(uint32_t values) { return (values + ITEM_VALUES - 1) / ITEM_VALUES; }

static size_t weight_words(uint32_t values, uint32_t filters) {
  return (size_t)items_of(values) * ((filters + 1) & ~1u);
}

static inline uint32_t load(const int16_t *from) {
  uint32_t word;
  memcpy(&word, from, sizeof word);
  return word;
}

/* Copies `rows` rows of a window. Inlined for the common numbers. */
static inline __attribute__((always_inline)) void gather_rows(const int16_t *from, uint32_t pitch, uint32_t rows,
                                                              uint32_t row_values, uint32_t *to) {
  bool has_half = false;
  uint32_t half = 0;
  for (uint32_t row = 0; row < rows; row++, from += pitch) {
    uint32_t i = 0;
    if (has_half) {
      *to = half | (uint32_t)from[i++] << 16;
      to += PIXELS;
    }
    for (; i + 2 <= row_values; i += 2, to += PIXELS) *to = load(from + i);
    has_half = i < row_values;
    if (has_half) half = (uint16_t)from[i];
  }
  if (has_half) *to = half;
}

static void gather(const struct layer *layer, const struct plan *plan, const int16_t *from, uint32_t *to) {
  const uint32_t rows = layer->op.kernel_height, row_values = layer->op.kernel_width * layer->op.input_channels;
  const uint32_t pitch = plan->rows.pitch;
  if (rows == 3 && row_values == 3) gather_rows(from, pitch, 3, 3, to);
  else if (rows == 3 && row_values == 9) gather_rows(from, pitch, 3, 9, to);
  else gather_rows(from, pitch, rows, row_values, to);
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

/* The assembly knows the places of the members. */
struct dots {
  const uint32_t *window;
  uint32_t skipped_bytes; /* of the loop's instructions, at the first time */
  const uint32_t *window_end, *weights_end;
  uint32_t *sums;
};

/* For pairs of filters: [pixel][BLOCK_FILTERS] sums, or the largest sum of the four pixels. The places of sums advance by two
 * filters. The stack has the struct, with an address in the place of `skipped_bytes`. */
#define DOTS(name, finish)                                                                                              \
  ASSEMBLY_FUNCTION static void name(ARGUMENT const struct dots *dots, ARGUMENT const uint32_t *weights) {              \
    __asm volatile("push {r4-r11, lr}\n\tldm r0, {r2-r6}\n\tadr r0, 2f + 1\n\tadd r3, r3, r0\n\tpush {r2-r6}\n"          \
                   "1:\n\tldr r0, [sp]\n\t" FIRST_STEP "ldr r2, [sp, #4]\n\tbx r2\n\t.p2align 2\n2:\n\t"                \
                   NEXT_STEP NEXT_STEP NEXT_STEP NEXT_STEP NEXT_STEP NEXT_STEP NEXT_STEP NEXT_STEP                      \
                   "ldr r2, [sp, #8]\n\tcmp r0, r2\n\tbne 2b\n\t" finish                                              \
                   "ldr r3, [sp, #12]\n\tstrd r4, r5, [r2], #8\n\tstr r2, [sp, #16]\n\tcmp r1, r3\n\tbne 1b\n\t"        \
                   "add sp, #20\n\tpop {r4-r11, pc}");                                                                 \
  }
DOTS(dots_of_pixels, "ldr r2, [sp, #16]\n\tstrd r6, r7, [r2, #128]\n\tstrd r8, r9, [r2, #256]\n\t"
                     "strd r10, r11, [r2, #384]\n\t")
DOTS(dots_of_pool, MAX("r4", "r6") MAX("r8", "r10") MAX("r5", "r7") MAX("r9", "r11") MAX("r4", "r8") MAX("r5", "r9")
                   "ldr r2, [sp, #16]\n\t")

/* Sums of `count` filters, whose weights are spread from `weights` on. */
static void sum_up(const struct plan *plan, const uint32_t *weights, uint32_t count, bool pooled, uint32_t smallest, uint32_t *sums) {
  enum { STEP_BYTES = 44 };
  const uint32_t items = items_of(plan->values);
  const uint32_t rest = (items - 1) % STEPS, skipped = items == 1 ? STEPS : (STEPS - rest) % STEPS;
  const struct dots dots = {plan->window, skipped * STEP_BYTES, plan->window + items * PIXELS,
                            weights + weight_words(plan->values, count), sums};
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

/* Sums of the products of four windows with weights, of which there are -`index` before `weights_end`. */
#if PROCESSOR_ARMV6M
#define PRODUCT(value, sum) "muls " value ", r7\n\tadd " sum ", " value "\n\t"
ASSEMBLY_FUNCTION static void dots(ARGUMENT const uint32_t *window, ARGUMENT const int8_t *weights_end, ARGUMENT int32_t index,
                                   ARGUMENT uint32_t *sums) {
  __asm volatile(".syntax unified\n\tpush {r3-r7, lr}\n\tmov r4, r8\n\tmov r5, r9\n\tpush {r4, r5}\n\t"
                 "movs r3, #0\n\tmov r8, r3\n\tmov r9, r3\n\tmov r12, r3\n\tmov lr, r3\n"
                 "1:\n\tldrsb r7, [r1, r2]\n\tldmia r0!, {r3, r4, r5, r6}\n\t"
                 PRODUCT("r3", "r8") PRODUCT("r4", "r9") PRODUCT("r5", "r12") PRODUCT("r6", "lr")
                 "adds r2, #1\n\tbne 1b\n\t"
                 "mov r3, r8\n\tmov r4, r9\n\tmov r5, r12\n\tmov r6, lr\n\tpop {r0, r1}\n\tmov r8, r0\n\tmov r9, r1\n\t"
                 "pop {r0}\n\tstmia r0!, {r3, r4, r5, r6}\n\tpop {r4-r7, pc}");
}
#else
static void dots(const uint32_t *window, const int8_t *weights_end, int32_t index, uint32_t *sums) {
  uint32_t a = 0, b = 0, c = 0, d = 0;
  for (; index < 0; index++, window += PIXELS) {
    const uint32_t weight = (uint32_t)weights_end[index];
    a += weight * window[0];
    b += weight * window[1];
    c += weight * window[2];
    d += weight * window[3];
  }
  sums[0] = a;
  sums[1] = b;
  sums[2] = c;
  sums[3] = d;
}
#endif

static uint32_t larger(uint32_t a, uint32_t b) { return (int32_t)a > (int32_t)b ? a : b; }
static uint32_t smaller(uint32_t a, uint32_t b) { return (int32_t)a < (int32_t)b ? a : b; }

static void sum_up(const struct plan *plan, const int8_t *weights, uint32_t count, bool pooled, uint32_t smallest, uint32_t *sums) {
  for (uint32_t filter = 0; filter < count; filter++, smallest >>= 1) {
    uint32_t four[PIXELS];
    weights += plan->values;
    dots(plan->window, weights, -(int32_t)plan->values, four);
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

/* Divides the scratch memory. Returns false if it is too small. No size overflows: it has a byte for each value. */
static bool make_plan(const struct layer *layer, struct plan *plan) {
  const struct engine_layer *op = &layer->op;
  const uint32_t columns = (layer->convolution_width - 1) * op->stride_x + op->kernel_width;
  const uint32_t count = op->kernel_height + (is_pooled(layer) ? op->stride_y : 0);
  const size_t row_words = int8_rows_plan(layer, columns, count, &plan->rows);
  plan->values = layer->taps * op->input_channels;
  const size_t window_words = (size_t)items_of(plan->values) * PIXELS, blocks = words_for(layer->filters);
  const size_t words = layer->scratch_bytes / WORD_BYTES, used = row_words + window_words + blocks;
  if (used > words) return false;
  plan->window = (uint32_t *)(void *)layer->scratch;
  plan->rows.values = (int16_t *)(void *)(plan->window + window_words);
  plan->smallest = plan->window + window_words + row_words;
  plan->weights = plan->smallest + blocks;
  plan->filters = layer->filters;
#if PROCESSOR_DSP
  /* All filters, or whole blocks. */
  const size_t room = words - used;
  if (weight_words(plan->values, layer->filters) > room) {
    plan->filters = (uint32_t)room / (uint32_t)weight_words(plan->values, BLOCK_FILTERS) * BLOCK_FILTERS;
  }
#endif
  return plan->filters > 0;
}

bool int8_quads_can(const struct layer *layer) {
  const struct engine_layer *op = &layer->op;
  struct plan plan;
  const bool pools_two = op->pool_height == POOL && op->pool_width == POOL;
  if (layer->convolution_width < 2 || (is_pooled(layer) && !pools_two) || !make_plan(layer, &plan)) return false;
  return !is_pooled(layer) || put_from_one_sum(layer, plan.smallest);
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
  for (uint32_t first = from; first < to; first += BLOCK_FILTERS) {
    uint32_t sums[PIXELS * BLOCK_FILTERS + 1];
    const uint32_t count = block_filters(layer, first), smallest = pooled ? plan->smallest[first / BLOCK_FILTERS] : 0;
#if PROCESSOR_DSP
    sum_up(plan, plan->weights + weight_words(plan->values, first - from), count, pooled, smallest, sums);
#else
    sum_up(plan, (const int8_t *)layer->weights + (size_t)first * plan->values, count, pooled, smallest, sums);
#endif
    put_pixels(layer, y, x, pixels, first, count, sums);
  }
}

/* Spreads the weights of the filters from..to - 1, which are blocks. */
static void prepare_weights(const struct layer *layer, const struct plan *plan, uint32_t from, uint32_t to) {
#if PROCESSOR_DSP
  for (uint32_t first = from; first < to; first += BLOCK_FILTERS) {
    const uint32_t count = block_filters(layer, first);
    const uint32_t smallest = is_pooled(layer) ? plan->smallest[first / BLOCK_FILTERS] : 0;
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
