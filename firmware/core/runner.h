/* The engine and the model that are in use. */
#ifndef BD_EDGE_RUNNER_H
#define BD_EDGE_RUNNER_H
#include "fault.h"
#include <stddef.h>
#include <stdint.h>

/** Loads an engine and has it validate and load a model, which has to stay where it is, aligned to words. If it does not
 * fit in memory whole, its weights are left there, where the engine can. ERROR_ENGINE, ERROR_ENGINE_ABI, ERROR_MODEL,
 * ERROR_OUT_OF_MEMORY or ERROR_TRAPPED: then nothing is loaded. */
struct fault runner_load(const uint8_t *engine, uint32_t engine_bytes, const uint8_t *model, uint32_t model_bytes);

/** Forgets what is loaded. */
void runner_unload(void);

bool runner_is_loaded(void);

/** Whether a model is loaded whose weights are not in memory. */
bool runner_left_weights(void);

/** Where the image goes, and its size; to be written in whole before each run. */
uint8_t *runner_input(uint32_t *bytes);

/** Runs the model on the image, and counts the ticks that it takes. ERROR_TRAPPED. */
struct fault runner_run(uint32_t *ticks);

/** The logits of the last run, int32, little-endian, and how many they are. */
const uint8_t *runner_logits(uint32_t *count);

/** How many ops the model has. */
uint32_t runner_ops(void);

/** Runs one op, the ones before it having run, and counts the ticks that it takes. ERROR_TRAPPED. */
struct fault runner_run_op(uint32_t op, uint32_t *ticks);

/** CRC-32 of a op's output, right after it was run. ERROR_TRAPPED if the engine does not know where it is. */
struct fault runner_op_checksum(uint32_t op, uint32_t *checksum);

#endif
