/* 64 bits at a time: the processor's popcount of a word. */
#include <stdint.h>

enum { LANES = 1, VECTORS = 4 };

static int supported(void) {
#ifdef __x86_64__
    return __builtin_cpu_supports("popcnt");
#else
    return 1;
#endif
}

static inline __attribute__((always_inline)) void block(const uint64_t *weights, const uint64_t *rows, long depth,
                                                        int pixels, int32_t *out, long out_stride) {
    uint64_t sums[4][VECTORS] = {0};
    for (long d = 0; d < depth; d++)
#pragma GCC unroll 4
        for (int p = 0; p < pixels; p++)
#pragma GCC unroll 4
            for (int v = 0; v < VECTORS; v++)
                sums[p][v] += __builtin_popcountll(weights[d * VECTORS + v] ^ rows[p * depth + d]);
    for (int p = 0; p < pixels; p++)
        for (int v = 0; v < VECTORS; v++) out[p * out_stride + v] = (int32_t)sums[p][v];
}

#include "layer.h"
