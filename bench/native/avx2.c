/* 256 bits at a time: pshufb looks up the bits of each nibble (Mula), bytes are added up before they overflow. */
#include <immintrin.h>
#include <stdint.h>

enum { LANES = 4, VECTORS = 2 };
/* A byte gains at most 8 a word. */
enum { WORDS_A_BYTE = 31 };

static int supported(void) { return __builtin_cpu_supports("avx2"); }

static inline __attribute__((always_inline)) __m256i bits_of_bytes(__m256i x) {
    const __m256i bits = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2,
                                          2, 3, 2, 3, 3, 4);
    const __m256i nibble = _mm256_set1_epi8(15);
    __m256i low = _mm256_shuffle_epi8(bits, _mm256_and_si256(x, nibble));
    __m256i high = _mm256_shuffle_epi8(bits, _mm256_and_si256(_mm256_srli_epi16(x, 4), nibble));
    return _mm256_add_epi8(low, high);
}

static inline __attribute__((always_inline)) void block(const uint64_t *weights, const uint64_t *rows, long depth,
                                                        int pixels, int32_t *out, long out_stride) {
    __m256i sums[4][VECTORS];
    for (int p = 0; p < pixels; p++)
        for (int v = 0; v < VECTORS; v++) sums[p][v] = _mm256_setzero_si256();
    for (long from = 0; from < depth; from += WORDS_A_BYTE) {
        long to = from + WORDS_A_BYTE < depth ? from + WORDS_A_BYTE : depth;
        __m256i bytes[4][VECTORS];
        for (int p = 0; p < pixels; p++)
            for (int v = 0; v < VECTORS; v++) bytes[p][v] = _mm256_setzero_si256();
        for (long d = from; d < to; d++)
#pragma GCC unroll 4
            for (int p = 0; p < pixels; p++) {
                __m256i row = _mm256_set1_epi64x((long long)rows[p * depth + d]);
#pragma GCC unroll 4
                for (int v = 0; v < VECTORS; v++) {
                    __m256i w = _mm256_load_si256((const __m256i *)(weights + (d * VECTORS + v) * LANES));
                    bytes[p][v] = _mm256_add_epi8(bytes[p][v], bits_of_bytes(_mm256_xor_si256(w, row)));
                }
            }
        for (int p = 0; p < pixels; p++)
            for (int v = 0; v < VECTORS; v++)
                sums[p][v] = _mm256_add_epi64(sums[p][v], _mm256_sad_epu8(bytes[p][v], _mm256_setzero_si256()));
    }
    const __m256i even = _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6);
    for (int p = 0; p < pixels; p++)
        for (int v = 0; v < VECTORS; v++) {
            __m256i narrow = _mm256_permutevar8x32_epi32(sums[p][v], even);
            _mm_storeu_si128((__m128i *)(out + p * out_stride + v * LANES), _mm256_castsi256_si128(narrow));
        }
}

#include "layer.h"
