#include "sha256.h"

#include <string.h>

enum { BLOCK = SHA256_BLOCK, LENGTH_BYTES = 8 };

/* The fractional parts of the cube roots of the first 64 primes. */
static const uint32_t constants[64] = {
    0x428a2f98u, 0x71374491u, 0xb5c0fbcfu, 0xe9b5dba5u, 0x3956c25bu, 0x59f111f1u, 0x923f82a4u, 0xab1c5ed5u,
    0xd807aa98u, 0x12835b01u, 0x243185beu, 0x550c7dc3u, 0x72be5d74u, 0x80deb1feu, 0x9bdc06a7u, 0xc19bf174u,
    0xe49b69c1u, 0xefbe4786u, 0x0fc19dc6u, 0x240ca1ccu, 0x2de92c6fu, 0x4a7484aau, 0x5cb0a9dcu, 0x76f988dau,
    0x983e5152u, 0xa831c66du, 0xb00327c8u, 0xbf597fc7u, 0xc6e00bf3u, 0xd5a79147u, 0x06ca6351u, 0x14292967u,
    0x27b70a85u, 0x2e1b2138u, 0x4d2c6dfcu, 0x53380d13u, 0x650a7354u, 0x766a0abbu, 0x81c2c92eu, 0x92722c85u,
    0xa2bfe8a1u, 0xa81a664bu, 0xc24b8b70u, 0xc76c51a3u, 0xd192e819u, 0xd6990624u, 0xf40e3585u, 0x106aa070u,
    0x19a4c116u, 0x1e376c08u, 0x2748774cu, 0x34b0bcb5u, 0x391c0cb3u, 0x4ed8aa4au, 0x5b9cca4fu, 0x682e6ff3u,
    0x748f82eeu, 0x78a5636fu, 0x84c87814u, 0x8cc70208u, 0x90befffau, 0xa4506cebu, 0xbef9a3f7u, 0xc67178f2u,
};

static uint32_t rotated(uint32_t word, int bits) { return word >> bits | word << (32 - bits); }

static uint32_t load_big_endian(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void take_block(uint32_t state[8], const uint8_t *block) {
  uint32_t w[16];
  uint32_t s[8];
  memcpy(s, state, sizeof s);
  for (int i = 0; i < 64; i++) {
    uint32_t *word = &w[i & 15];
    if (i < 16) {
      *word = load_big_endian(block + 4 * i);
    } else {
      const uint32_t a = w[(i + 1) & 15];
      const uint32_t b = w[(i + 14) & 15];
      *word += w[(i + 9) & 15];
      *word += rotated(a, 7) ^ rotated(a, 18) ^ a >> 3;
      *word += rotated(b, 17) ^ rotated(b, 19) ^ b >> 10;
    }
    const uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
    const uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
    const uint32_t t = s[7] + (rotated(s[4], 6) ^ rotated(s[4], 11) ^ rotated(s[4], 25)) + choice +
                       constants[i] + *word;
    const uint32_t u = (rotated(s[0], 2) ^ rotated(s[0], 13) ^ rotated(s[0], 22)) + majority;
    memmove(s + 1, s, 7 * sizeof *s);
    s[4] += t;
    s[0] = t + u;
  }
  for (int i = 0; i < 8; i++) state[i] += s[i];
}

void sha256_start(struct sha256 *hash) {
  static const uint32_t start[8] = {0x6a09e667u, 0xbb67ae85u, 0x3c6ef372u, 0xa54ff53au,
                                    0x510e527fu, 0x9b05688cu, 0x1f83d9abu, 0x5be0cd19u};
  memcpy(hash->state, start, sizeof start);
  hash->bytes = 0;
}

void sha256_take(struct sha256 *hash, const uint8_t *bytes, size_t length) {
  hash->bytes += length;
  for (; length >= BLOCK; bytes += BLOCK, length -= BLOCK) take_block(hash->state, bytes);
}

void sha256_end(struct sha256 *hash, const uint8_t *bytes, size_t length, uint8_t digest[32]) {
  const size_t rest = length % BLOCK;
  sha256_take(hash, bytes, length - rest);
  const uint64_t bits = (hash->bytes + rest) * 8;
  uint8_t last[BLOCK] = {0};
  memcpy(last, bytes + (length - rest), rest);
  last[rest] = 0x80;
  if (rest >= BLOCK - LENGTH_BYTES) {
    take_block(hash->state, last);
    memset(last, 0, sizeof last);
  }
  for (int i = 0; i < LENGTH_BYTES; i++) last[BLOCK - 1 - i] = (uint8_t)(bits >> (8 * i));
  take_block(hash->state, last);
  for (int i = 0; i < 32; i++) digest[i] = (uint8_t)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
}

void sha256(uint8_t digest[32], const uint8_t *bytes, size_t length) {
  struct sha256 hash;
  sha256_start(&hash);
  sha256_end(&hash, bytes, length, digest);
}
