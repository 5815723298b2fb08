/* A modified compiler of the interpreter, which
 * - ends each turn of a loop in our operations. They count it, so that a loop cannot run forever, and
 *   otherwise do what the interpreter's own ones do, at the place that it names for such a check;
 * - records the functions that compiled code calls and that are not compiled yet, and compiles none of them while
 *   the model runs;
 * - on processors whose compiler has no tail calls, inserts one of our operations after a number of
 *   operations, which returns the native stack. */
#include "m3_exec.h"
#include "m3_emit.h"

#include "budget.h"
#include "interpreter.h"
#include "settings.h"

static m3ret_t vectorcall counted_continue_loop(d_m3OpSig) {
  (void)_sp, (void)_mem, (void)_r0;
  if (!budget_lasts()) return interpreter_out_of_budget;
  return immediate(void *);
}

static m3ret_t vectorcall counted_continue_loop_if(d_m3OpSig) {
  void *loop = immediate(void *);
  if ((i32)_r0 == 0) nextOp();
  if (!budget_lasts()) return interpreter_out_of_budget;
  return loop;
}

/* Replaces itself by a call at the first call of a function that was not compiled before its caller. Compiles that
 * function if it still is not, but only while the engine and its model are being loaded. */
static m3ret_t vectorcall compile_while_loading(d_m3OpSig) {
  static const char not_compiled[] = "[trap] function was not compiled";
  const IM3Function function = *(const IM3Function *)_pc;
  if (function->compiled == NULL && interpreter_is_sealed()) return not_compiled;
  return op_Compile(_pc, d_m3OpArgs);
}

#if BOARD_UNWIND_OPERATIONS > 0
static const char unwinding[] = "unwinding";
/* The place to continue. Nothing runs in between, so there is only one. */
static struct {
  pc_t pc;
  m3stack_t stack;
  M3MemoryHeader *memory;
  m3reg_t result;
} paused;

/* Returns through all previous operations to the one of a function or loop, which continues here. */
static m3ret_t vectorcall unwind(d_m3OpSig) {
  paused.pc = _pc;
  paused.stack = _sp;
  paused.memory = _mem;
  paused.result = _r0;
  return unwinding;
}

static m3ret_t go_on(void) {
  /* The interpreter's macro expects these names for the arguments of an operation. */
  const pc_t _pc = paused.pc;
  const m3stack_t _sp = paused.stack;
  M3MemoryHeader *const _mem = paused.memory;
  const m3reg_t _r0 = paused.result;
  return nextOpImpl();
}

static m3ret_t vectorcall unwinding_entry(d_m3OpSig) {
  m3ret_t result = op_Entry(_pc, d_m3OpArgs);
  while (result == unwinding) result = go_on();
  return result;
}

static m3ret_t vectorcall unwinding_loop(d_m3OpSig) {
  m3ret_t result = op_Loop(_pc, d_m3OpArgs);
  while (result == unwinding) {
    result = go_on();
    if (result == _pc) result = op_Loop(_pc, d_m3OpArgs);
  }
  return result;
}

/* The number of operations of a function since the last one that unwinds. */
static M3Result emit_operation(IM3Compilation compilation, IM3Operation operation) {
  static uint32_t count;
  if (operation == unwinding_entry) count = 0;
  if (compilation->page != NULL && compilation->function != NULL && ++count > BOARD_UNWIND_OPERATIONS) {
    count = 1;
    const M3Result result = EmitOp(compilation, unwind);
    if (result) return result;
  }
  return EmitOp(compilation, operation);
}

#define op_Entry unwinding_entry
#define op_Loop unwinding_loop
#define EmitOp emit_operation
#endif

#define op_ContinueLoop counted_continue_loop
#define op_ContinueLoopIf counted_continue_loop_if
#define op_Compile (interpreter_calls(function), compile_while_loading)
#include "m3_compile.c"
