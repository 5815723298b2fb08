/* Replaces the interpreter's m3_exec_defs.h on 32-bit processors: how its operations call one another. There,
 * the 64-bit register would be passed on the stack, since the pointer to the module's memory comes before it.
 * There is one module at a time, so its memory needs no argument. */
#ifndef m3_exec_defs_h
#define m3_exec_defs_h
/* __VA_OPT__ causes warnings of compilers for boards in C11. */
#pragma GCC system_header
#include "m3_core.h"

/** The memory of the running module; set before it is called. */
extern M3MemoryHeader *wasm3_memory;
#define _mem wasm3_memory

#define m3MemData(header) ((u8 *)((header) + 1))
#define m3MemRuntime(header) ((header)->runtime)
#define m3MemInfo(header) (&(header)->runtime->memory)

#define d_m3OpSig pc_t _pc, m3stack_t _sp, m3reg_t _r0
#define d_m3OpArgs _sp, _r0
#define d_m3OpAllArgs _pc, _sp, _r0
#define d_m3OpDefaultArgs 0
#define d_m3ClearRegisters _r0 = 0;

typedef m3ret_t (*IM3Operation)(d_m3OpSig);
#define d_m3RetSig static inline m3ret_t
#define d_m3Op(NAME) d_m3RetSig op_##NAME(d_m3OpSig)
#define nextOpImpl() ((IM3Operation)*_pc)(_pc + 1, d_m3OpArgs)
#define jumpOpImpl(PC) ((IM3Operation)*(PC))((PC) + 1, d_m3OpArgs)
#define nextOpDirect() return nextOpImpl()
#define jumpOpDirect(PC) return jumpOpImpl((pc_t)(PC))

/* The interpreter defines Call(d_m3OpSig) and passes the memory as an argument. */
#define Call(PC, ...) run_code(PC __VA_OPT__(WITHOUT_MEMORY(__VA_ARGS__)))
#define WITHOUT_MEMORY(STACK, MEMORY, REGISTER) , STACK, REGISTER

#endif
