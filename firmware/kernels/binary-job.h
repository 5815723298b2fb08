/* The work of a binary convolution for one row of output: how the scratch memory is divided. */
#ifndef BD_EDGE_BINARY_JOB_H
#define BD_EDGE_BINARY_JOB_H
#include "binary-counters.h"
#include "window.h"

/** What a layer remembers from row to row: its `state`. */
enum { BINARY_ROWS_LISTED, BINARY_PREPARED, BINARY_LISTED, BINARY_HAS_TOTALS };
/** Whether sliced thresholds or scales are in scratch memory. */
enum { NOT_PREPARED, WITHOUT_PARAMETERS, WITH_PARAMETERS };

/** The inputs that the entries of one list can reach. */
enum { BINARY_LIST_REACH = UINT16_MAX / BINARY_ENTRY_UNIT };

/** A layer with its scratch memory. The kernel is fastest with the lists of all rows of a window, which are made once. With
 * less memory it lists each window, or the part of a window that there is memory for, again for each block of filters. */
struct binary_job {
  struct layer *layer;
  uint8_t *free;       /* scratch memory that is not used yet */
  uint32_t bound;      /* the limit of a sum */
  uint32_t planes;     /* of a threshold; a counter has fewer */
  void *parameters;    /* sliced thresholds or scales, or NULL: there is no room for them */
  struct binary_slice *slices;
  struct binary_slice own[2];
  uint32_t slice_rows; /* slices of value 1; those of value 2 follow */
  uint32_t *carries;
  uint16_t *lists;     /* of a ring of rows, or of a part of a window */
  uint32_t ring_rows;  /* 0: a part of a window */
  uint32_t row_items;  /* the starts of the pixels' ones and twos, then their entries */
  uint32_t first_row, first_slot; /* of the rows that the current row of output needs */
  uint32_t capacity;   /* entries of a part of a window */
  uint16_t *all;       /* the list of all inputs of a row of a window, or NULL: there is no room for it, and inputs are listed */
  uint32_t *totals;    /* [blocks][planes] sums of all weights, of a window that is inside and of the last other one */
  struct window clipped; /* that window */
};

/** Divides the layer's scratch memory, and makes its parameters before the first row. */
void binary_job_open(struct binary_job *job, struct layer *layer);

#endif
