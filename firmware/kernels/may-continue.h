/* What a kernel asks its caller while it runs. */
#ifndef BD_EDGE_MAY_CONTINUE_H
#define BD_EDGE_MAY_CONTINUE_H
#include <stdbool.h>

/** Returns false if the kernel must stop. The caller of kernels defines it; they call it at least once for each
 * pixel of a convolution or pool. */
bool kernel_may_continue(void);

#endif
