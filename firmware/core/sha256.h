/* SHA-256, which identifies an engine or a model on both sides. Source: FIPS 180-4. */
#ifndef BD_EDGE_SHA256_H
#define BD_EDGE_SHA256_H
#include <stddef.h>
#include <stdint.h>

/** The number of bytes per block. */
enum { SHA256_BLOCK = 64 };

/** A digest in progress: the state after some whole blocks. */
struct sha256 {
  uint32_t state[8];
  uint64_t bytes;
};

void sha256_start(struct sha256 *hash);

/** Adds bytes, a multiple of SHA256_BLOCK. */
void sha256_take(struct sha256 *hash, const uint8_t *bytes, size_t length);

/** Adds the last bytes, of any number, and writes the 32 bytes of the digest. */
void sha256_end(struct sha256 *hash, const uint8_t *bytes, size_t length, uint8_t digest[32]);

/** Writes the 32 bytes of the digest of `length` bytes. */
void sha256(uint8_t digest[32], const uint8_t *bytes, size_t length);

#endif
