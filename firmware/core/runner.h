/* The active engine and model. */
#ifndef BD_EDGE_RUNNER_H
#define BD_EDGE_RUNNER_H
#include "fault.h"
#include <stddef.h>
#include <stdint.h>

/** Loads an engine and lets it validate and load a model, which must not move and is aligned to words. If the
 * model does not fit in memory, its weights stay in storage, if the engine supports that. After ERROR_ENGINE,
 * ERROR_ENGINE_ABI, ERROR_MODEL, ERROR_OUT_OF_MEMORY or ERROR_TRAPPED nothing is loaded. */
struct fault runner_load(const uint8_t *engine, uint32_t engine_bytes, const uint8_t *model, uint32_t model_bytes);

/** Unloads engine and model. */
void runner_unload(void);

bool runner_is_loaded(void);

/** Returns whether a model is loaded whose weights are not in memory. */
bool runner_left_weights(void);

/** Returns the address and size of the image, which the caller writes completely before each run. */
uint8_t *runner_input(uint32_t *bytes);

/** Runs the model on the image and measures the ticks. ERROR_TRAPPED. */
struct fault runner_run(uint32_t *ticks);

/** Returns the logits of the last run, int32, little-endian, and their number. */
const uint8_t *runner_logits(uint32_t *count);

/** Returns the number of ops of the model. */
uint32_t runner_ops(void);

/** Runs one op after all previous ones have run, and measures the ticks. ERROR_TRAPPED. */
struct fault runner_run_op(uint32_t op, uint32_t *ticks);

/** Computes the CRC-32 of an op's output right after its run. ERROR_TRAPPED if the engine does not know the
 * address. */
struct fault runner_op_checksum(uint32_t op, uint32_t *checksum);

#endif
