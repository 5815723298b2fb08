#ifndef BD_EDGE_ASSERT_H
#define BD_EDGE_ASSERT_H
#define assert(condition) ((void)0)
#endif
