#ifndef BD_EDGE_INTTYPES_H
#define BD_EDGE_INTTYPES_H
#include <stdint.h>
#define PRIi32 "d"
#define PRIu32 "u"
#define PRIx32 "x"
#define PRIi64 "lld"
#define PRIu64 "llu"
#define PRIx64 "llx"
#endif
