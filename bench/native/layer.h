/*
 * A binary convolution in C, the usual way: spread each window into a row of words (im2col), then count the differing
 * bits of every row and every filter. The including file says how many are counted at once (LANES 64-bit words in a
 * vector, VECTORS of filters) and how (`block`).
 *
 * Usage: program SIZE CHANNELS FILTERS KERNEL STRIDE
 * Standard input: the bits of the image [SIZE * SIZE][words], of the filters [FILTERS][KERNEL * KERNEL][words], a pixel's
 * channels in whole 64-bit words; then lines, each a number N.
 * Standard output: the differing bits, int32 [pixels][FILTERS]; then for each line the nanoseconds of processor time
 * that N runs took. Ends with its input. Exit code 3: this processor lacks the instructions.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Filters at once, and pixels at once. */
enum { TOGETHER = LANES * VECTORS, PIXELS = 4 };

static long size, channels, filters, kernel, stride;
static long words, depth, outputs, padded_filters;
/* image [size][size][words]; rows [pixels][depth]; weights [filters / TOGETHER][depth][TOGETHER] */
static uint64_t *image, *rows, *weights;
static int32_t *differing;

static void *allocate(size_t bytes) {
    /* Whole vectors, so that no load passes the end. */
    void *memory = aligned_alloc(64, (bytes + 127) / 64 * 64);
    if (memory == NULL) exit(1);
    return memset(memory, 0, (bytes + 127) / 64 * 64);
}

static void read_words(uint64_t *to, long count) {
    if (fread(to, sizeof *to, count, stdin) != (size_t)count) exit(1);
}

/* A pixel outside of the image is 0, and its bits differ where the filter's are set: as a popcount of the filter less
   the differing bits makes of it, it adds nothing. */
static void spread(void) {
    long padding = (kernel - 1) / 2;
    uint64_t *row = rows;
    for (long y = 0; y < outputs; y++)
        for (long x = 0; x < outputs; x++)
            for (long ky = 0; ky < kernel; ky++)
                for (long kx = 0; kx < kernel; kx++, row += words) {
                    long iy = y * stride + ky - padding, ix = x * stride + kx - padding;
                    int inside = iy >= 0 && iy < size && ix >= 0 && ix < size;
                    if (inside)
                        for (long i = 0; i < words; i++) row[i] = image[(iy * size + ix) * words + i];
                    else
                        for (long i = 0; i < words; i++) row[i] = 0;
                }
}

static void filters_of_pixels(long filter, long pixel, long pixels) {
    const uint64_t *w = weights + filter * depth;
    int32_t *out = differing + pixel * padded_filters + filter;
    if (pixels == PIXELS)
        block(w, rows + pixel * depth, depth, PIXELS, out, padded_filters);
    else
        for (long i = 0; i < pixels; i++)
            block(w, rows + (pixel + i) * depth, depth, 1, out + i * padded_filters, padded_filters);
}

/* What is smaller is read again and again. */
static void run(void) {
    long pixels = outputs * outputs;
    spread();
    if (pixels < filters) {
        for (long f = 0; f < padded_filters; f += TOGETHER)
            for (long p = 0; p < pixels; p += PIXELS)
                filters_of_pixels(f, p, pixels - p < PIXELS ? pixels - p : PIXELS);
    } else {
        for (long p = 0; p < pixels; p += PIXELS)
            for (long f = 0; f < padded_filters; f += TOGETHER)
                filters_of_pixels(f, p, pixels - p < PIXELS ? pixels - p : PIXELS);
    }
}

static long long nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(int count, char **arguments) {
    if (!supported()) return 3;
    if (count != 6) return 1;
    size = atol(arguments[1]);
    channels = atol(arguments[2]);
    filters = atol(arguments[3]);
    kernel = atol(arguments[4]);
    stride = atol(arguments[5]);
    words = (channels + 63) / 64;
    depth = kernel * kernel * words;
    outputs = (size + stride - 1) / stride;
    padded_filters = (filters + TOGETHER - 1) / TOGETHER * TOGETHER;

    image = allocate(size * size * words * sizeof *image);
    rows = allocate(outputs * outputs * depth * sizeof *rows);
    weights = allocate(padded_filters * depth * sizeof *weights);
    differing = allocate(outputs * outputs * padded_filters * sizeof *differing);
    uint64_t *filter = allocate(depth * sizeof *filter);
    read_words(image, size * size * words);
    for (long f = 0; f < filters; f++) {
        read_words(filter, depth);
        for (long d = 0; d < depth; d++)
            weights[(f / TOGETHER * depth + d) * TOGETHER + f % TOGETHER] = filter[d];
    }

    run();
    for (long p = 0; p < outputs * outputs; p++)
        fwrite(differing + p * padded_filters, sizeof *differing, filters, stdout);
    fflush(stdout);

    char line[32];
    while (fgets(line, sizeof line, stdin) != NULL) {
        long runs = atol(line);
        long long started = nanoseconds();
        for (long i = 0; i < runs; i++) run();
        printf("%lld\n", nanoseconds() - started);
        fflush(stdout);
    }
    return 0;
}
