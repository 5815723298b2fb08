/* Consistent Overhead Byte Stuffing: an encoding of any bytes without a zero, so that a zero can end a frame.
 * Source: S. Cheshire and M. Baker, IEEE/ACM Transactions on Networking 7(2), 1999. */
#ifndef BD_EDGE_COBS_H
#define BD_EDGE_COBS_H
#include <stddef.h>
#include <stdint.h>

/** The length of the longest encoding of `bytes` bytes; a constant expression if `bytes` is one. */
#define COBS_BOUND(bytes) ((bytes) + (bytes) / 254 + 1)

/** The result for bytes that are not an encoding. */
#define COBS_INVALID SIZE_MAX

/** Decodes `length` bytes without a zero in place; returns the length of the result, or COBS_INVALID. */
size_t cobs_decode(uint8_t *bytes, size_t length);

#endif
