/* 512 bits at a time: an instruction counts the bits of eight words. */
#include <immintrin.h>
#include <stdint.h>

enum { LANES = 8, VECTORS = 4 };

static int supported(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vpopcntdq");
}

static inline __attribute__((always_inline)) void block(const uint64_t *weights, const uint64_t *rows, long depth,
                                                        int pixels, int32_t *out, long out_stride) {
    __m512i sums[4][VECTORS];
    for (int p = 0; p < pixels; p++)
        for (int v = 0; v < VECTORS; v++) sums[p][v] = _mm512_setzero_si512();
    for (long d = 0; d < depth; d++)
#pragma GCC unroll 4
        for (int p = 0; p < pixels; p++) {
            __m512i row = _mm512_set1_epi64((long long)rows[p * depth + d]);
#pragma GCC unroll 4
            for (int v = 0; v < VECTORS; v++) {
                __m512i w = _mm512_load_si512(weights + (d * VECTORS + v) * LANES);
                sums[p][v] = _mm512_add_epi64(sums[p][v], _mm512_popcnt_epi64(_mm512_xor_si512(w, row)));
            }
        }
    for (int p = 0; p < pixels; p++)
        for (int v = 0; v < VECTORS; v++)
            _mm256_storeu_si256((__m256i *)(out + p * out_stride + v * LANES), _mm512_cvtepi64_epi32(sums[p][v]));
}

#include "layer.h"
