/* The parts of kernels that ops need. A program that knows all of its ops defines the others as 0: the compiler leaves
 * their code out. */
#ifndef BD_EDGE_PARTS_H
#define BD_EDGE_PARTS_H

#ifndef PARTS_ARE_DEFINED
#define PART_BITS 1            /* convolutions and sum-pools whose outputs are bits */
#define PART_FIXED_POINT 1     /* those whose outputs are fixed-point numbers */
#define PART_OUTPUT_POOL 1     /* convolutions with a max-pool */
#define PART_WINOGRAD_1 1      /* int8-winograd.c with one input channel */
#define PART_WINOGRAD_3 1      /* with three */
#define PART_WINOGRAD_POOL 1   /* with a max-pool */
#define PART_WINOGRAD_PIXELS 1 /* without */
#define PART_QUADS 1           /* int8-quads.c */
#define PART_COMPLEMENT 1      /* binary-complement.c */
#define PART_LIST_PARTS 1      /* lists of parts of windows, with little scratch memory */
#define PART_COUNTERS 1        /* sums of binary convolutions that are not compared in counters */
#endif

#endif
