/**
 * The C code before a module's code. It replaces wasm-rt.h and wasm2c's own preamble: memory of a fixed size, and the
 * integer instructions. The C needs no library but string.h.
 *
 * `MEMORY` is the start of linear memory. Accesses are not checked: the modules made here stay inside their memory, and
 * WebAssembly's arithmetic is that of C's unsigned integers.
 */
export const RUNTIME = `#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#error "this code needs a little-endian processor"
#endif
#ifdef __GNUC__
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wunused-variable"
#endif

typedef uint8_t u8;
typedef int8_t s8;
typedef uint16_t u16;
typedef int16_t s16;
typedef uint32_t u32;
typedef int32_t s32;
typedef uint64_t u64;
typedef int64_t s64;

typedef struct {
  u32 pages;
} wasm_rt_memory_t;

/* Memory has a fixed size. */
#define wasm_rt_grow_memory(memory, more) (0xffffffffu)
#define wasm_rt_free_memory(memory) ((void)0)

#if defined(__arm__) && !defined(__ARM_FEATURE_UNALIGNED)
/* This processor needs aligned access. Nearly all accesses are aligned, but the compiler cannot know that. */
typedef u32 __attribute__((may_alias)) word;
static inline u32 get32(const u8 *p) {
  if (((uintptr_t)p & 3) == 0) return *(const word *)p;
  return p[0] | (u32)p[1] << 8 | (u32)p[2] << 16 | (u32)p[3] << 24;
}
static inline void set32(u8 *p, u32 value) {
  if (((uintptr_t)p & 3) == 0) {
    *(word *)p = value;
  } else {
    for (int i = 0; i < 4; i++) p[i] = (u8)(value >> 8 * i);
  }
}
static inline u16 get16(const u8 *p) { return (u16)(p[0] | p[1] << 8); }
static inline void set16(u8 *p, u16 value) {
  p[0] = (u8)value;
  p[1] = (u8)(value >> 8);
}
static inline u64 get64(const u8 *p) { return get32(p) | (u64)get32(p + 4) << 32; }
static inline void set64(u8 *p, u64 value) {
  set32(p, (u32)value);
  set32(p + 4, (u32)(value >> 32));
}
#else
#define ACCESS(bits) \\
  static inline u##bits get##bits(const u8 *p) { \\
    u##bits value; \\
    memcpy(&value, p, sizeof value); \\
    return value; \\
  } \\
  static inline void set##bits(u8 *p, u##bits value) { memcpy(p, &value, sizeof value); }
ACCESS(16)
ACCESS(32)
ACCESS(64)
#endif
static inline u8 get8(const u8 *p) { return *p; }
static inline void set8(u8 *p, u8 value) { *p = value; }

#define LOAD(name, bits, type, result) \\
  static inline result name(u32 address) { return (result)(type)get##bits(MEMORY + address); }
#define STORE(name, bits, type) \\
  static inline void name(u32 address, type value) { set##bits(MEMORY + address, (u##bits)value); }
LOAD(load_i32, 32, u32, u32)
LOAD(load_i64, 64, u64, u64)
LOAD(load_i32_8_s, 8, s8, u32)
LOAD(load_i32_8_u, 8, u8, u32)
LOAD(load_i32_16_s, 16, s16, u32)
LOAD(load_i32_16_u, 16, u16, u32)
LOAD(load_i64_8_s, 8, s8, u64)
LOAD(load_i64_8_u, 8, u8, u64)
LOAD(load_i64_16_s, 16, s16, u64)
LOAD(load_i64_16_u, 16, u16, u64)
LOAD(load_i64_32_s, 32, s32, u64)
LOAD(load_i64_32_u, 32, u32, u64)
STORE(store_i32, 32, u32)
STORE(store_i32_8, 8, u32)
STORE(store_i32_16, 16, u32)
STORE(store_i64, 64, u64)
STORE(store_i64_8, 8, u64)
STORE(store_i64_16, 16, u64)
STORE(store_i64_32, 32, u64)
#define i32_load_default32(memory, address) load_i32((u32)(address))
#define i64_load_default32(memory, address) load_i64((u32)(address))
#define i32_load8_s_default32(memory, address) load_i32_8_s((u32)(address))
#define i32_load8_u_default32(memory, address) load_i32_8_u((u32)(address))
#define i32_load16_s_default32(memory, address) load_i32_16_s((u32)(address))
#define i32_load16_u_default32(memory, address) load_i32_16_u((u32)(address))
#define i64_load8_s_default32(memory, address) load_i64_8_s((u32)(address))
#define i64_load8_u_default32(memory, address) load_i64_8_u((u32)(address))
#define i64_load16_s_default32(memory, address) load_i64_16_s((u32)(address))
#define i64_load16_u_default32(memory, address) load_i64_16_u((u32)(address))
#define i64_load32_s_default32(memory, address) load_i64_32_s((u32)(address))
#define i64_load32_u_default32(memory, address) load_i64_32_u((u32)(address))
#define i32_store_default32(memory, address, value) store_i32((u32)(address), value)
#define i32_store8_default32(memory, address, value) store_i32_8((u32)(address), value)
#define i32_store16_default32(memory, address, value) store_i32_16((u32)(address), value)
#define i64_store_default32(memory, address, value) store_i64((u32)(address), value)
#define i64_store8_default32(memory, address, value) store_i64_8((u32)(address), value)
#define i64_store16_default32(memory, address, value) store_i64_16((u32)(address), value)
#define i64_store32_default32(memory, address, value) store_i64_32((u32)(address), value)
#define LOAD_DATA(memory, address, bytes, count) memcpy(MEMORY + (address), bytes, count)

/* Counts the bits that are set in a and b: per 4 bits, at most 8, then per 8 bits. */
static inline u32 ones(u32 a, u32 b) {
  a -= a >> 1 & 0x55555555u;
  b -= b >> 1 & 0x55555555u;
  a = (a & 0x33333333u) + (a >> 2 & 0x33333333u);
  b = (b & 0x33333333u) + (b >> 2 & 0x33333333u);
  a += b;
  a = (a & 0x0f0f0f0fu) + (a >> 4 & 0x0f0f0f0fu);
  a += a >> 8;
  return (a + (a >> 16)) & 0xffu;
}
#define I32_POPCNT(x) ones(x, 0)
#define I64_POPCNT(x) ones((u32)(x), (u32)((x) >> 32))
#define I32_CLZ(x) ((x) ? (u32)__builtin_clz(x) : 32u)
#define I32_CTZ(x) ((x) ? (u32)__builtin_ctz(x) : 32u)
#define I64_CLZ(x) ((x) ? (u64)__builtin_clzll(x) : 64u)
#define I64_CTZ(x) ((x) ? (u64)__builtin_ctzll(x) : 64u)
#define I32_ROTL(x, y) ((x) << ((y) & 31) | (x) >> (-(y) & 31))
#define I32_ROTR(x, y) ((x) >> ((y) & 31) | (x) << (-(y) & 31))
#define I64_ROTL(x, y) ((x) << ((y) & 63) | (x) >> (-(y) & 63))
#define I64_ROTR(x, y) ((x) >> ((y) & 63) | (x) << (-(y) & 63))
#define DIV_U(x, y) ((x) / (y))
#define REM_U(x, y) ((x) % (y))
#define I32_DIV_S(x, y) ((u32)((s32)(x) / (s32)(y)))
#define I32_REM_S(x, y) ((u32)((s32)(x) % (s32)(y)))
#define I64_DIV_S(x, y) ((u64)((s64)(x) / (s64)(y)))
#define I64_REM_S(x, y) ((u64)((s64)(x) % (s64)(y)))
#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define FUNC_PROLOGUE
#define FUNC_EPILOGUE
/* Never reached. */
#define UNREACHABLE __builtin_trap()
`;
