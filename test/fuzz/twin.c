/* A recording of any bytes: each call that it holds is run in every API on a fork of the generator's world, and whatever
 * becomes of it, the records stay whole. */
#include <stdlib.h>
#include <string.h>

#include "migrate/recording_source.h"
#include "migrate/twin.h"
#include "migrate/world.h"

#define CALLS_MAX 100
#define SECOND_US 1000000

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static struct store *find_world(void)
{
	static struct store *world; /* made once, and never changed */
	if (world == NULL) {
		world = store_open_memory(NULL);
		if (world == NULL || !world_make(world, WORLD_START)) {
			abort();
		}
	}
	return world;
}

static void run(struct twin *twin, const struct recorded *recorded, struct call_request *text)
{
	struct call call;
	const char *no_twin = call_read(recorded, &call);
	if (call_write_recorded(recorded, text) == NULL) {
		(void)twin_run(twin, &(struct twin_call){
					     .number = recorded->line,
					     .now = recorded->at_us / SECOND_US,
					     .dialect = recorded->dialect,
					     .text = text->text,
					     .length = text->length,
					     .call = no_twin == NULL ? &call : NULL,
					     .no_twin = no_twin,
					     .recorded_reply = recorded->reply,
				     }); /* what is no request is not run */
	}
}

static void run_all(struct recording *recording, struct twin *twin)
{
	struct recorded recorded;
	struct call_request text = {0};
	char why[256];
	enum recording_result result;
	unsigned calls = 0;
	while (calls++ < CALLS_MAX &&
		(result = recording_next(recording, &recorded, why, sizeof why)) != RECORDING_END) {
		if (result == RECORDING_READ) {
			run(twin, &recorded, &text);
		}
	}
	call_request_finish(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char why[256];
	FILE *file = size == 0 ? NULL : fmemopen((void *)(uintptr_t)bytes, size, "r");
	struct recording *recording = file == NULL ? NULL : recording_open_stream(file, "memory", why, sizeof why);
	if (recording == NULL) {
		return 0;
	}
	struct trial *trial = trial_over(find_world(), world_master_key);
	struct twin *twin = trial == NULL ? NULL
					  : twin_create(&(struct twin_options){
						    .trial = trial,
						    .master_key = world_master_key,
						    .groups_per_user_max = WORLD_GROUPS_PER_USER_MAX,
						    .public_url = WORLD_PUBLIC_URL,
					    });
	if (twin != NULL) {
		run_all(recording, twin);
	}
	twin_destroy(twin);
	if (trial != NULL && trial_check(trial, NULL, NULL) != 0) {
		abort();
	}
	trial_close(trial);
	recording_close(recording);
	return 0;
}
