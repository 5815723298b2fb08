/* SHA-256, by which both sides name an engine or a model. Source: FIPS 180-4. */
#ifndef BD_EDGE_SHA256_H
#define BD_EDGE_SHA256_H
#include <stddef.h>
#include <stdint.h>

/** Writes the 32 bytes of the digest of `length` bytes. */
void sha256(uint8_t digest[32], const uint8_t *bytes, size_t length);

#endif
