#include "int8-winograd.h"

#include "int8-rows.h"
#include "may-continue.h"
#include "processor.h"
#include "put.h"

/* A tile has two rows of four pixels of the convolution, and reads four rows of six columns of the image. Transformed inputs
 * and weights have the order [column][row][channel]; the weights of two rows share a word. */
enum { TAPS = 3, TILE_ROWS = 2, TILE_COLUMNS = 4, ROWS = 4, COLUMNS = 6, POINTS = ROWS * COLUMNS, POOL = 2 };
enum { TILE_PIXELS = TILE_ROWS * TILE_COLUMNS, POOLED_PIXELS = TILE_COLUMNS / POOL };
enum { MAX_CHANNELS = 3 };

struct plan {
  struct int8_rows rows;
  uint32_t *inputs;  /* [COLUMNS][ROWS][channels] of a tile */
  uint32_t *smallest; /* of each block, for a pool: put_from_one_sum */
  uint32_t *sums;    /* [pixels of a tile][BLOCK_FILTERS] */
  uint32_t *weights; /* [filters][COLUMNS][ROWS / 2][channels] */
  uint32_t filters;  /* whose weights have room */
};

static uint32_t filter_words(const struct layer *layer) { return POINTS / 2 * layer->op.input_channels; }

/* Divides the scratch memory. Returns false if it is too small. */
static bool make_plan(const struct layer *layer, struct plan *plan) {
  const uint32_t columns = ((layer->convolution_width + TILE_COLUMNS - 1) & ~(uint32_t)(TILE_COLUMNS - 1)) + TAPS - 1;
  const size_t row_words = int8_rows_plan(layer, columns, ROWS, &plan->rows);
  const size_t input_words = POINTS * layer->op.input_channels, blocks = words_for(layer->filters);
  const size_t sum_words = (layer_pools(layer) ? POOLED_PIXELS : TILE_PIXELS) * BLOCK_FILTERS;
  const size_t words = layer->scratch_bytes / WORD_BYTES, used = row_words + input_words + sum_words + blocks;
  if (used > words) return false;
  plan->inputs = (uint32_t *)(void *)layer->scratch;
  plan->sums = plan->inputs + input_words;
  plan->rows.values = (int16_t *)(void *)(plan->sums + sum_words);
  plan->smallest = plan->sums + sum_words + row_words;
  plan->weights = plan->smallest + blocks;
  /* All filters, or whole blocks. */
  const size_t room = (words - used) / filter_words(layer);
  plan->filters = layer->filters <= room ? layer->filters : (uint32_t)(room / BLOCK_FILTERS * BLOCK_FILTERS);
  return plan->filters > 0;
}

bool int8_winograd_can(const struct layer *layer) {
  const struct engine_layer *op = &layer->op;
  struct plan plan;
  const bool fits = op->kernel_height == TAPS && op->kernel_width == TAPS && op->stride_y == 1 && op->stride_x == 1 &&
                    (op->input_channels == 1 || op->input_channels == MAX_CHANNELS) && op->output_width > 1;
  if (!fits || (layer_pools(layer) && (op->pool_height != POOL || op->pool_width != POOL))) return false;
  return make_plan(layer, &plan) && (!layer_pools(layer) || put_from_one_sum(layer, plan.smallest));
}

/* Transforms the three weights of a row, 24 times. */
static void transform_weights(const int32_t weights[TAPS], int32_t points[COLUMNS]) {
  const int32_t ends = weights[0] + weights[2], middle = weights[1], quarter = weights[0] + 4 * weights[2];
  points[0] = 6 * weights[0];
  points[1] = -4 * (ends + middle);
  points[2] = -4 * (ends - middle);
  points[3] = quarter + 2 * middle;
  points[4] = quarter - 2 * middle;
  points[5] = 24 * weights[2];
}

/* Transforms the weights of one filter for one channel. */
static void transform_filter(const int8_t *weights, uint32_t channels, int32_t sign, uint32_t *to) {
  int32_t rows[ROWS][TAPS];
  for (uint32_t x = 0; x < TAPS; x++) {
    const int32_t first = sign * weights[x * channels], second = sign * weights[(TAPS + x) * channels];
    const int32_t third = sign * weights[(2 * TAPS + x) * channels];
    /* Twice the weights. */
    rows[0][x] = 2 * first;
    rows[1][x] = first + second + third;
    rows[2][x] = first - second + third;
    rows[3][x] = 2 * third;
  }
  for (uint32_t y = 0; y < ROWS; y += 2, to += channels) {
    int32_t low[COLUMNS], high[COLUMNS];
    transform_weights(rows[y], low);
    transform_weights(rows[y + 1], high);
    for (uint32_t i = 0; i < COLUMNS; i++) to[i * ROWS / 2 * channels] = ((uint32_t)low[i] & 0xffff) | (uint32_t)high[i] << 16;
  }
}

/* Transforms the weights of the filters from..to - 1, which are blocks. Those of filters that need the smallest sum of
 * a pool are negated. */
static void prepare_weights(const struct layer *layer, const struct plan *plan, uint32_t from, uint32_t to) {
  const uint32_t channels = layer->op.input_channels;
  uint32_t *next = plan->weights, smallest = 0;
  for (uint32_t filter = from; filter < to; filter++, smallest >>= 1, next += filter_words(layer)) {
    if (filter % BLOCK_FILTERS == 0 && layer_pools(layer)) smallest = plan->smallest[filter / BLOCK_FILTERS];
    const int8_t *weights = (const int8_t *)layer->weights + (size_t)filter * TAPS * TAPS * channels;
    for (uint32_t c = 0; c < channels; c++) transform_filter(weights + c, channels, smallest & 1 ? -1 : 1, next + c);
  }
}

/* Transforms six inputs of a row. */
static void transform_row(const uint32_t in[COLUMNS], uint32_t apart, uint32_t *to) {
  const uint32_t even = in[4] - in[2], odd = 2 * (in[3] - in[1]);
  to[0] = 4 * (in[0] - in[2]) + even;
  to[apart] = in[3] + in[4] - 4 * (in[1] + in[2]);
  to[2 * apart] = in[4] - in[3] + 4 * (in[1] - in[2]);
  to[3 * apart] = even + odd;
  to[4 * apart] = even - odd;
  to[5 * apart] = 4 * (in[1] - in[3]) + in[5] - in[3];
}

/* Transforms the inputs of the tile whose first column is `x`. */
static void transform_inputs(const struct layer *layer, const struct plan *plan, uint32_t x) {
  const uint32_t channels = layer->op.input_channels, pitch = plan->rows.pitch;
  for (uint32_t c = 0; c < channels; c++) {
    const int16_t *from = plan->rows.values + x * channels + c;
    uint32_t rows[ROWS][COLUMNS];
    for (uint32_t i = 0; i < COLUMNS; i++, from += channels) {
      const uint32_t first = (uint32_t)from[0], second = (uint32_t)from[pitch], third = (uint32_t)from[2 * pitch];
      rows[0][i] = first - third;
      rows[1][i] = second + third;
      rows[2][i] = third - second;
      rows[3][i] = second - (uint32_t)from[3 * pitch];
    }
    for (uint32_t y = 0; y < ROWS; y++) transform_row(rows[y], ROWS * channels, plan->inputs + y * channels + c);
  }
}

/* 48 * sum / 48: a shift, and a product with the inverse of 3 modulo 2^32. */
#define INVERSE_OF_3 0xaaaaaaab
#define TEXT_OF(constant) #constant
#define TEXT(constant) TEXT_OF(constant)

#if PROCESSOR_ARMV6M

/* The assembly knows the places of the members. */
struct tile {
  const uint32_t *inputs, *weights_end;
  uint32_t has_one_channel, is_pooled;
};

/*
 * Registers: r0 weights, r1 inputs, r8 sums. The stack has the struct, and below it for each column of points what its
 * four products become: second and first row.
 */
#define ENTER                                                                                   \
  ".syntax unified\n\tpush {r4-r7, lr}\n\tmov r4, r8\n\tmov r5, r9\n\tmov r6, r10\n\tmov r7, r11\n\t"      \
  "push {r4-r7}\n\tldmia r1!, {r3-r6}\n\tpush {r3-r6}\n\tsub sp, #48\n\tmov r8, r2\n\tmov lr, sp\n\t"      \
  "movs r4, #48\n\tadd lr, r4\n1:\n\tldr r1, [sp, #48]\n\t"
#define LEAVE                                                                                   \
  "mov r0, r9\n\tldr r3, [sp, #52]\n\tcmp r0, r3\n\tbeq 3f\n\tb 1b\n"                           \
  "3:\n\tadd sp, #64\n\tpop {r4-r7}\n\tmov r8, r4\n\tmov r9, r5\n\tmov r10, r6\n\tmov r11, r7\n\t"        \
  "pop {r4-r7, pc}\n\t.p2align 2\n9:\n\t.word " TEXT(INVERSE_OF_3) "\n10:\n\t.word 4 - 8 * 128"

/* Products of three channels: r5 and r2 of two rows. */
#define TWO_ROWS(keep)                                                                          \
  "ldmia r0!, {r2, r3, r4}\n\tldmia r1!, {r5, r6}\n\tsxth r7, r2\n\tmuls r5, r7\n\tsxth r7, r3\n\t"         \
  "muls r6, r7\n\tadds r5, r6\n\tldmia r1!, {r6}\n\tsxth r7, r4\n\tmuls r6, r7\n\tadds r5, r6\n\t" keep   \
  "asrs r2, r2, #16\n\tasrs r3, r3, #16\n\tasrs r4, r4, #16\n\tldmia r1!, {r5, r6, r7}\n\t"                \
  "muls r2, r5\n\tmuls r3, r6\n\tmuls r4, r7\n\tadds r2, r3\n\tadds r2, r4\n\t"
#define COLUMNS_OF_3                                                                            \
  "mov r12, sp\n2:\n\t" TWO_ROWS("mov r9, r5\n\t") "add r9, r2\n\tmov r10, r2\n\t"                       \
  TWO_ROWS("add r9, r5\n\tmov r11, r5\n\t") "mov r4, r10\n\tmov r3, r11\n\tsubs r4, r3\n\tsubs r4, r2\n\t" \
  "mov r5, r9\n\tmov r6, r12\n\tstmia r6!, {r4, r5}\n\tmov r12, r6\n\tcmp r6, lr\n\tbne 2b\n\t"

#define COLUMN_OF_1(second, first)                                                              \
  "ldmia r0!, {r2, r3}\n\tldmia r1!, {r4, r5, r6, r7}\n\tmov r9, r0\n\tsxth r0, r2\n\tmuls r4, r0\n\t"       \
  "asrs r2, r2, #16\n\tmuls r2, r5\n\tadds r4, r2\n\tsxth r0, r3\n\tmuls r6, r0\n\tadds r4, r6\n\t"        \
  "subs r2, r6\n\tasrs r3, r3, #16\n\tmuls r7, r3\n\tsubs r2, r7\n\tstr r2, [sp, #" second "]\n\t"           \
  "str r4, [sp, #" first "]\n\tmov r0, r9\n\t"
#define COLUMNS_OF_1                                                                            \
  COLUMN_OF_1("0", "4") COLUMN_OF_1("8", "12") COLUMN_OF_1("16", "20") COLUMN_OF_1("24", "28")  \
  COLUMN_OF_1("32", "36") COLUMN_OF_1("40", "44")

/* Four pixels of a row: r2, r4, r0, r3. */
#define ROW(a, b, c, d, e, f)                                                                   \
  "ldr r2, [sp, #" a "]\n\tldr r3, [sp, #" b "]\n\tldr r4, [sp, #" c "]\n\tldr r5, [sp, #" d "]\n\t"          \
  "ldr r6, [sp, #" e "]\n\tldr r7, [sp, #" f "]\n\tadds r0, r3, r4\n\tsubs r3, r3, r4\n\t"                   \
  "adds r1, r5, r6\n\tsubs r5, r5, r6\n\tadds r2, r0\n\tadds r2, r1\n\tlsls r4, r5, #1\n\tadds r4, r3\n\t"  \
  "lsls r1, r1, #2\n\tadds r0, r1\n\tlsls r5, r5, #3\n\tadds r3, r5\n\tadds r3, r7\n\t"
#define FIRST_ROW ROW("4", "12", "20", "28", "36", "44")
#define SECOND_ROW ROW("0", "8", "16", "24", "32", "40")
#define MAX(a, b) "cmp " a ", " b "\n\tbge 4f\n\tmov " a ", " b "\n4:\n\t"

/* The largest of two by two pixels, for two places in `sums` that are 128 bytes apart. The first row is made. */
#define POOLED                                                                                  \
  MAX("r2", "r4") MAX("r0", "r3") "mov r10, r2\n\tmov r11, r0\n\t"                               \
  SECOND_ROW MAX("r2", "r4") MAX("r0", "r3") "mov r4, r10\n\t" MAX("r2", "r4") "mov r4, r11\n\t" MAX("r0", "r4") \
  "ldr r4, 9f\n\tasrs r2, r2, #4\n\tmuls r2, r4\n\tasrs r0, r0, #4\n\tmuls r0, r4\n\tmov r1, r8\n\t"        \
  "movs r3, #128\n\tstr r2, [r1]\n\tstr r0, [r1, r3]\n\tadds r1, #4\n\tmov r8, r1\n\t"

/* All pixels, for eight such places. */
#define PUT_ROW                                                                                 \
  "ldr r5, 9f\n\tasrs r2, r2, #4\n\tmuls r2, r5\n\tasrs r4, r4, #4\n\tmuls r4, r5\n\tasrs r0, r0, #4\n\t"   \
  "muls r0, r5\n\tasrs r3, r3, #4\n\tmuls r3, r5\n\tmov r1, r8\n\tmovs r5, #128\n\tstr r2, [r1]\n\t"        \
  "adds r1, r5\n\tstr r4, [r1]\n\tadds r1, r5\n\tstr r0, [r1]\n\tadds r1, r5\n\tstr r3, [r1]\n\t"         \
  "adds r1, r5\n\tmov r8, r1\n\t"
#define ALL PUT_ROW SECOND_ROW PUT_ROW "ldr r2, 10f\n\tadd r8, r2\n\t"

/* Compilers take longer strings than they must. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverlength-strings"
ASSEMBLY_FUNCTION static void sum_filters(ARGUMENT const uint32_t *weights, ARGUMENT const struct tile *tile,
                                          ARGUMENT uint32_t *sums) {
  __asm volatile(ENTER "ldr r2, [sp, #56]\n\tcmp r2, #0\n\tbne 5f\n\t" COLUMNS_OF_3 "b 6f\n5:\n\t" COLUMNS_OF_1
                 "6:\n\tmov r9, r0\n\t" FIRST_ROW "ldr r5, [sp, #60]\n\tcmp r5, #0\n\tbeq 7f\n\t" POOLED
                 "b 8f\n7:\n\t" ALL "8:\n\t" LEAVE);
}
#pragma GCC diagnostic pop

static void sum_tile(const struct layer *layer, const struct plan *plan, const uint32_t *weights, uint32_t count) {
  const struct tile tile = {plan->inputs, weights + count * filter_words(layer), layer->op.input_channels == 1, layer_pools(layer)};
  sum_filters(weights, &tile, plan->sums);
}

#else

/* Sums of the tile for `count` filters. With a pool, the largest of each two by two pixels. */
static void sum_tile(const struct layer *layer, const struct plan *plan, const uint32_t *weights, uint32_t count) {
  const uint32_t channels = layer->op.input_channels;
  uint32_t *sums = plan->sums;
  for (uint32_t filter = 0; filter < count; filter++, sums++) {
    const uint32_t *input = plan->inputs;
    uint32_t columns[TILE_ROWS][COLUMNS], pixels[TILE_PIXELS];
    for (uint32_t i = 0; i < COLUMNS; i++) {
      uint32_t points[ROWS] = {0};
      for (uint32_t y = 0; y < ROWS; y += 2, input += 2 * channels) {
        for (uint32_t c = 0; c < channels; c++) {
          const uint32_t two = *weights++;
          points[y] += (uint32_t)(int16_t)two * input[c];
          points[y + 1] += (uint32_t)((int32_t)two >> 16) * input[channels + c];
        }
      }
      columns[0][i] = points[0] + points[1] + points[2];
      columns[1][i] = points[1] - points[2] - points[3];
    }
    for (uint32_t y = 0; y < TILE_ROWS; y++) {
      const uint32_t *m = columns[y];
      const uint32_t a = m[1] + m[2], b = m[1] - m[2], c = m[3] + m[4], d = m[3] - m[4];
      const uint32_t row[TILE_COLUMNS] = {m[0] + a + c, b + 2 * d, a + 4 * c, b + 8 * d + m[5]};
      for (uint32_t x = 0; x < TILE_COLUMNS; x++) {
        pixels[y * TILE_COLUMNS + x] = (uint32_t)((int32_t)row[x] >> 4) * INVERSE_OF_3;
      }
    }
    if (!layer_pools(layer)) {
      for (uint32_t i = 0; i < TILE_PIXELS; i++) sums[i * BLOCK_FILTERS] = pixels[i];
      continue;
    }
    for (uint32_t i = 0; i < POOLED_PIXELS; i++) {
      int32_t largest = INT32_MIN;
      for (uint32_t j = 0; j < TILE_PIXELS; j++) {
        if (j % TILE_COLUMNS / POOL == i && (int32_t)pixels[j] > largest) largest = (int32_t)pixels[j];
      }
      sums[i * BLOCK_FILTERS] = (uint32_t)largest;
    }
  }
}
#endif

/* Puts the sums of a block's filters from `first` on. `x` and `y` are the output's pixel of the first sums. */
static void put_tile(const struct layer *layer, const struct plan *plan, uint32_t x, uint32_t y, uint32_t first, uint32_t count) {
  const struct engine_layer *op = &layer->op;
  const bool pooled = layer_pools(layer);
  const uint32_t rows = pooled || y + 1 == op->output_height ? 1 : TILE_ROWS;
  const uint32_t room = pooled ? POOLED_PIXELS : TILE_COLUMNS;
  const uint32_t columns = op->output_width - x < room ? op->output_width - x : room;
  for (uint32_t i = 0; i < rows; i++) {
    put_pixels(layer, y + i, x, columns, first, count, plan->sums + i * room * BLOCK_FILTERS);
  }
}

/* Makes the filters from..to - 1 of the tile. */
static void make_tile(const struct layer *layer, const struct plan *plan, uint32_t x, uint32_t y, uint32_t from, uint32_t to) {
  for (uint32_t first = from; first < to; first += BLOCK_FILTERS) {
    const uint32_t count = block_filters(layer, first);
    sum_tile(layer, plan, plan->weights + (size_t)(first - from) * filter_words(layer), count);
    uint32_t smallest = layer_pools(layer) ? plan->smallest[first / BLOCK_FILTERS] : 0;
    for (uint32_t *sum = plan->sums; smallest != 0; smallest >>= 1, sum++) {
      if ((smallest & 1) == 0) continue;
      for (uint32_t i = 0; i < POOLED_PIXELS; i++) sum[i * BLOCK_FILTERS] = -sum[i * BLOCK_FILTERS];
    }
    put_tile(layer, plan, x, y, first, count);
  }
}

bool int8_winograd_row(struct layer *layer, uint32_t y) {
  const struct engine_layer *op = &layer->op;
  const bool pooled = layer_pools(layer);
  if (!pooled && y % TILE_ROWS != 0) return true;
  struct plan plan;
  make_plan(layer, &plan);
  int8_rows_fill(layer, &plan.rows, y * op->pool_height);
  for (uint32_t from = 0; from < layer->filters; from += plan.filters) {
    const uint32_t to = layer->filters - from < plan.filters ? layer->filters : from + plan.filters;
    if (y == 0 || plan.filters < layer->filters) prepare_weights(layer, &plan, from, to);
    for (uint32_t x = 0; x < op->output_width; x += pooled ? POOLED_PIXELS : TILE_COLUMNS) {
      transform_inputs(layer, &plan, x * op->pool_width);
      make_tile(layer, &plan, x, y, from, to);
      for (uint32_t i = 0; i < TILE_PIXELS; i++) {
        if (!kernel_may_continue()) return false;
      }
    }
  }
  return true;
}
