/* Consistent Overhead Byte Stuffing: any bytes, rewritten without a zero, so that a zero can end a frame.
 * Source: S. Cheshire and M. Baker, IEEE/ACM Transactions on Networking 7(2), 1999. */
#ifndef BD_EDGE_COBS_H
#define BD_EDGE_COBS_H
#include <stddef.h>
#include <stdint.h>

/** The longest encoding of `bytes` bytes; a constant expression where `bytes` is one. */
#define COBS_BOUND(bytes) ((bytes) + (bytes) / 254 + 1)

/** What COBS_INVALID is the answer to was no encoding. */
#define COBS_INVALID SIZE_MAX

/** Decodes `length` bytes without a zero in place; returns how many the result has, or COBS_INVALID. */
size_t cobs_decode(uint8_t *bytes, size_t length);

#endif
