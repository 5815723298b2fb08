/* The interpreter's compiler, which is told
 * - to end each turn of a loop in operations of ours: they count it, so that a loop cannot go on for ever. They do what
 *   the interpreter's own ones do, in the place that it names for such a check;
 * - to say which functions are called by what it compiles and not compiled yet. */
#include "m3_exec.h"

#include "budget.h"
#include "interpreter.h"

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

#define op_ContinueLoop counted_continue_loop
#define op_ContinueLoopIf counted_continue_loop_if
#define op_Compile (interpreter_calls(function), op_Compile)
#include "m3_compile.c"
