#include "runner.h"

#include "crc32.h"
#include "interpreter.h"
#include "link-protocol.h"
#include "port.h"

#include <string.h>

enum { LOGIT_BYTES = 4, MAX_LOGITS = 0xffff };

/* A tensor of the model in the engine's memory. */
struct tensor {
  uint8_t *bytes;
  uint32_t length;
};

/* The functions of the engine that are called again and again. */
static wasm_function run;
static wasm_function run_layer;
static wasm_function tensor_address;
static wasm_function tensor_size;

static struct tensor input;
static struct tensor output;
static uint32_t layers;
static bool loaded;

/* Calls by name a function that is needed once. */
static struct fault ask(const char *name, const uint32_t *argument, uint32_t *answer) {
  const wasm_function function = interpreter_find(name, argument == NULL ? 0 : 1, 1);
  if (function == NULL) return fault_because(ERROR_ENGINE, 0, name);
  return interpreter_call(function, argument, answer);
}

static struct fault find_tensor(uint32_t number, struct tensor *tensor) {
  uint32_t address = 0;
  struct fault fault = interpreter_call(tensor_address, &number, &address);
  if (!is_fault(fault)) fault = interpreter_call(tensor_size, &number, &tensor->length);
  if (is_fault(fault)) return fault;
  tensor->bytes = interpreter_memory(address, tensor->length);
  return tensor->bytes == NULL ? fault_because(ERROR_TRAPPED, 0, "a tensor is out of memory") : no_fault();
}

static struct fault find_functions(void) {
  run = interpreter_find("run", 0, 0);
  tensor_address = interpreter_find("tensorAddress", 1, 1);
  tensor_size = interpreter_find("tensorSize", 1, 1);
  /* Only TRACE and PROFILE need this one. */
  run_layer = interpreter_find("runOp", 1, 0);
  if (run != NULL && tensor_address != NULL && tensor_size != NULL) return no_fault();
  return fault_because(ERROR_ENGINE, 0, "not an engine");
}

static struct fault load_engine(const uint8_t *engine, uint32_t engine_bytes) {
  struct fault fault = interpreter_load(engine, engine_bytes);
  uint32_t abi = 0;
  if (!is_fault(fault)) fault = ask("abi", NULL, &abi);
  if (is_fault(fault)) return fault;
  return abi == ENGINE_ABI ? find_functions() : fault_of(ERROR_ENGINE_ABI, abi);
}

static struct fault load_model(const uint8_t *model, uint32_t model_bytes) {
  uint32_t address = 0;
  struct fault fault = ask("reserve", &model_bytes, &address);
  if (is_fault(fault)) return fault;
  uint8_t *place = interpreter_memory(address, model_bytes);
  if (address == 0 || place == NULL) return fault_of(ERROR_OUT_OF_MEMORY, 0);
  memcpy(place, model, model_bytes);

  uint32_t answer = ENGINE_VALID;
  fault = ask("loadModel", &model_bytes, &answer);
  if (is_fault(fault)) return fault;
  if (answer == ENGINE_OUT_OF_MEMORY) return fault_of(ERROR_OUT_OF_MEMORY, 0);
  if (answer != ENGINE_VALID) return fault_of(ERROR_MODEL, answer);

  uint32_t needed = 0;
  fault = ask("memoryUsed", NULL, &needed);
  if (!is_fault(fault) && needed > interpreter_memory_bytes()) return fault_of(ERROR_OUT_OF_MEMORY, needed);
  if (!is_fault(fault)) fault = ask("opCount", NULL, &layers);
  if (!is_fault(fault)) fault = find_tensor(0, &input);
  if (!is_fault(fault)) fault = find_tensor(layers, &output);
  if (is_fault(fault)) return fault;
  const uint32_t logits = output.length / LOGIT_BYTES;
  const bool sound = layers > 0 && layers <= UINT16_MAX && input.length > 0 && logits > 0 && logits <= MAX_LOGITS;
  return sound ? no_fault() : fault_because(ERROR_ENGINE, 0, "shapes that no model has");
}

struct fault runner_load(const uint8_t *engine, uint32_t engine_bytes, const uint8_t *model, uint32_t model_bytes) {
  struct fault fault = load_engine(engine, engine_bytes);
  if (!is_fault(fault)) fault = load_model(model, model_bytes);
  if (is_fault(fault)) runner_unload();
  loaded = !is_fault(fault);
  return fault;
}

void runner_unload(void) {
  loaded = false;
  interpreter_unload();
}

bool runner_is_loaded(void) { return loaded; }

uint8_t *runner_input(uint32_t *bytes) {
  *bytes = input.length;
  return input.bytes;
}

static struct fault timed(wasm_function function, const uint32_t *argument, uint32_t *ticks) {
  const uint32_t start = port_ticks();
  const struct fault fault = interpreter_call(function, argument, NULL);
  *ticks = port_ticks() - start;
  return fault;
}

struct fault runner_run(uint32_t *ticks) { return timed(run, NULL, ticks); }

const uint8_t *runner_logits(uint32_t *count) {
  *count = output.length / LOGIT_BYTES;
  return output.bytes;
}

uint32_t runner_layers(void) { return layers; }

struct fault runner_run_layer(uint32_t layer, uint32_t *ticks) {
  if (run_layer == NULL) return fault_because(ERROR_TRAPPED, 0, "the engine runs no single layers");
  return timed(run_layer, &layer, ticks);
}

struct fault runner_layer_checksum(uint32_t layer, uint32_t *checksum) {
  struct tensor tensor;
  const struct fault fault = find_tensor(layer + 1, &tensor);
  if (!is_fault(fault)) *checksum = crc32(0, tensor.bytes, tensor.length);
  return fault;
}
