#include "runner.h"

#include "crc32.h"
#include "engine-layout.h"
#include "in-place.h"
#include "interpreter.h"
#include "link-protocol.h"
#include "port.h"
#include "settings.h"

#include <string.h>

enum { LOGIT_BYTES = 4, MAX_LOGITS = 0xffff };

/* A tensor of the model in the engine's memory. */
struct tensor {
  uint32_t address;
  uint32_t length;
};

/* The functions of the engine, in two groups that are never compiled together, since code is large compared
 * with the memory of a small board. This group loads a model, */
enum { ABI, RESERVE, LOAD_MODEL, MEMORY_USED, OP_COUNT, LOADING };
/* and this group runs it. Only TRACE and PROFILE need RUN_OP. */
enum { RUN, RUN_OP, TENSOR_ADDRESS, TENSOR_SIZE, RUNNING };
static wasm_function loading[LOADING];
static wasm_function running[RUNNING];

static struct tensor input;
static struct tensor output;
static uint32_t ops;
static bool loaded;
static bool left_weights;

/* Returns a tensor's bytes and their number; none if they are not inside of memory as it is now. */
static uint8_t *bytes_of(const struct tensor *tensor, uint32_t *length) {
  uint8_t *bytes = interpreter_memory(tensor->address, tensor->length);
  *length = bytes == NULL ? 0 : tensor->length;
  return bytes;
}

static struct fault find_tensor(uint32_t number, struct tensor *tensor) {
  struct fault fault = interpreter_call(running[TENSOR_ADDRESS], &number, &tensor->address);
  if (!is_fault(fault)) fault = interpreter_call(running[TENSOR_SIZE], &number, &tensor->length);
  if (is_fault(fault)) return fault;
  return interpreter_memory(tensor->address, tensor->length) == NULL ? fault_because(ERROR_TRAPPED, 0, "a tensor is outside of memory") : no_fault();
}

static struct fault find_functions(void) {
  static const struct {
    wasm_function *function;
    const char *name;
    uint32_t parameters;
    uint32_t results;
  } functions[] = {
      {&loading[ABI], "abi", 0, 1},
      {&loading[RESERVE], "reserve", 1, 1},
      {&loading[LOAD_MODEL], "loadModel", 1, 1},
      {&loading[MEMORY_USED], "memoryUsed", 0, 1},
      {&loading[OP_COUNT], "opCount", 0, 1},
      {&running[RUN], "run", 0, 0},
      {&running[RUN_OP], "runOp", 1, 0},
      {&running[TENSOR_ADDRESS], "tensorAddress", 1, 1},
      {&running[TENSOR_SIZE], "tensorSize", 1, 1},
  };
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    const wasm_function found = interpreter_find(functions[i].name, functions[i].parameters, functions[i].results);
    if (found == NULL && functions[i].function != &running[RUN_OP]) {
      return fault_because(ERROR_ENGINE, 0, functions[i].name);
    }
    *functions[i].function = found;
  }
  return no_fault();
}

static struct fault load_engine(const uint8_t *engine, uint32_t engine_bytes) {
  struct fault fault = interpreter_load(engine, engine_bytes);
  if (!is_fault(fault)) fault = find_functions();
  if (!is_fault(fault)) fault = interpreter_compile(loading, LOADING, true);
  uint32_t abi = 0;
  if (!is_fault(fault)) fault = interpreter_call(loading[ABI], NULL, &abi);
  if (is_fault(fault)) return fault;
  return abi == ENGINE_ABI ? no_fault() : fault_of(ERROR_ENGINE_ABI, abi);
}

/* Copies the model to the address that the engine requests. */
static struct fault copy_model(const uint8_t *model, uint32_t model_bytes) {
  uint32_t address = 0;
  const struct fault fault = interpreter_call(loading[RESERVE], &model_bytes, &address);
  if (is_fault(fault)) return fault;
  uint8_t *place = address == 0 ? NULL : interpreter_memory(address, model_bytes);
  if (place == NULL) return fault_of(ERROR_OUT_OF_MEMORY, 0);
  memcpy(place, model, model_bytes);
  interpreter_keep(address + model_bytes);
  return fault;
}

/* Tells the engine that the model stays in storage. */
static struct fault leave_model(const uint8_t *model, uint32_t model_bytes) {
  const uint32_t nothing = 0;
  uint32_t address = 0;
  interpreter_keep(0);
  struct fault fault = interpreter_compile(loading, LOADING, true);
  if (!is_fault(fault)) fault = interpreter_call(loading[RESERVE], &nothing, &address);
  if (is_fault(fault)) return fault;
  if (address != ENGINE_IN_PLACE) return fault_of(ERROR_OUT_OF_MEMORY, 0);
  in_place_show(model, model_bytes);
  return fault;
}

/* Lets the engine load the model. `needed`: the bytes of its memory that are used afterwards. */
static struct fault take_model(const uint8_t *model, uint32_t model_bytes, bool leave, uint32_t *needed) {
  struct fault fault = leave ? leave_model(model, model_bytes) : copy_model(model, model_bytes);
  if (is_fault(fault)) return fault;
  uint32_t answer = ENGINE_VALID;
  fault = interpreter_call(loading[LOAD_MODEL], &model_bytes, &answer);
  if (is_fault(fault)) return fault;
  if (answer == ENGINE_OUT_OF_MEMORY) return fault_of(ERROR_OUT_OF_MEMORY, 0);
  if (answer != ENGINE_VALID) return fault_of(ERROR_MODEL, answer);
  fault = interpreter_call(loading[MEMORY_USED], NULL, needed);
  return is_fault(fault) ? fault : interpreter_call(loading[OP_COUNT], NULL, &ops);
}

/* Compiles the code that runs models, or only what this model needs, which does not depend on the image. */
static struct fault compile_running(void) {
  const struct fault fault = interpreter_compile(running, RUNNING, true);
  if (fault.code != ERROR_OUT_OF_MEMORY) return fault;
  const struct fault less = interpreter_compile(running, RUNNING, false);
  return is_fault(less) ? less : interpreter_call(running[RUN], NULL, NULL);
}

static struct fault load_model(const uint8_t *model, uint32_t model_bytes, bool leave) {
  uint32_t needed = 0;
  struct fault fault = take_model(model, model_bytes, leave, &needed);
  if (is_fault(fault)) return fault;
  interpreter_keep(needed);
  fault = compile_running();
  if (fault.code == ERROR_OUT_OF_MEMORY || needed > interpreter_memory_bytes()) {
    return fault_of(ERROR_OUT_OF_MEMORY, needed);
  }
  if (!is_fault(fault)) fault = find_tensor(0, &input);
  if (!is_fault(fault)) fault = find_tensor(ops, &output);
  interpreter_seal();
  if (is_fault(fault)) return fault;
  const uint32_t logits = output.length / LOGIT_BYTES;
  const bool sound = ops > 0 && ops <= UINT16_MAX && input.length > 0 && logits > 0 && logits <= MAX_LOGITS;
  return sound ? no_fault() : fault_because(ERROR_ENGINE, 0, "invalid shapes");
}

static struct fault load_one_way(const uint8_t *model, uint32_t model_bytes, bool leave) {
  left_weights = leave;
  in_place_forget();
  return load_model(model, model_bytes, leave);
}

/* Loads the model into memory if it fits, else with its weights in storage. An engine that does not support
 * the latter reports a lack of memory. */
static struct fault load_either_way(const uint8_t *model, uint32_t model_bytes) {
  const struct fault first = load_one_way(model, model_bytes, BOARD_LEAVE_WEIGHTS);
  if (first.code != ERROR_OUT_OF_MEMORY) return first;
  const struct fault second = load_one_way(model, model_bytes, !BOARD_LEAVE_WEIGHTS);
  /* Returns the refusal with the smaller need; 0 is unknown. */
  const bool less = second.detail != 0 && (first.detail == 0 || second.detail < first.detail);
  return second.code != ERROR_OUT_OF_MEMORY || less ? second : first;
}

struct fault runner_load(const uint8_t *engine, uint32_t engine_bytes, const uint8_t *model, uint32_t model_bytes) {
  struct fault fault = load_engine(engine, engine_bytes);
  if (!is_fault(fault)) fault = load_either_way(model, model_bytes);
  if (is_fault(fault)) runner_unload();
  loaded = !is_fault(fault);
  return fault;
}

void runner_unload(void) {
  loaded = false;
  in_place_forget();
  interpreter_unload();
}

bool runner_is_loaded(void) { return loaded; }

bool runner_left_weights(void) { return loaded && left_weights; }

uint8_t *runner_input(uint32_t *bytes) {
  return bytes_of(&input, bytes);
}

static struct fault timed(wasm_function function, const uint32_t *argument, uint32_t *ticks) {
  const uint32_t start = port_ticks();
  const struct fault fault = interpreter_call(function, argument, NULL);
  *ticks = port_ticks() - start;
  return fault;
}

struct fault runner_run(uint32_t *ticks) { return timed(running[RUN], NULL, ticks); }

const uint8_t *runner_logits(uint32_t *count) {
  uint32_t bytes;
  const uint8_t *logits = bytes_of(&output, &bytes);
  *count = bytes / LOGIT_BYTES;
  return logits;
}

uint32_t runner_ops(void) { return ops; }

struct fault runner_run_op(uint32_t op, uint32_t *ticks) {
  if (running[RUN_OP] == NULL) return fault_because(ERROR_TRAPPED, 0, "the engine cannot run single ops");
  return timed(running[RUN_OP], &op, ticks);
}

struct fault runner_op_checksum(uint32_t op, uint32_t *checksum) {
  struct tensor tensor;
  const struct fault fault = find_tensor(op + 1, &tensor);
  if (is_fault(fault)) return fault;
  uint32_t length;
  const uint8_t *bytes = bytes_of(&tensor, &length);
  *checksum = crc32(0, bytes, length);
  return fault;
}
