#include "migrate/world_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin/data.h"
#include "migrate/casting.h"
#include "migrate/step_texts.h"
#include "migrate/twin.h"
#include "migrate/world.h"

struct making {
	const struct world_folder *folder;
	struct cast *cast;
	struct stage *stage;
	struct txn *txn; /* by which casting looks at the store */
	struct stage_result result;
	struct call_request text;
	int64_t now;
};

static bool complain(const char *path, const char *what, char *why, size_t capacity)
{
	(void)snprintf(why, capacity, "%s: %s", path, what);
	return false;
}

/* The world's tokens are good with its own key alone. */
static bool write_key(const char *path)
{
	int folder = mkdir(path, 0700) == 0 ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (folder < 0) {
		return false;
	}
	int file = openat(folder, "master.key", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool written = file >= 0 && write(file, world_master_key, MASTER_KEY_SIZE) == MASTER_KEY_SIZE;
	written = file >= 0 && close(file) == 0 && written;
	(void)close(folder); /* it was only looked into */
	return written;
}

static bool make_step(struct making *making, const struct step *step)
{
	struct cast *cast = making->cast;
	making->now += step_jumps_s[step->choices[CHOICE_JUMP]];
	const struct stage_moment moment = twin_moment(making->folder->seed, step->number, making->now);
	store_begin(making->txn, TXN_READ, making->now);
	cast_step(cast, making->txn, world_master_key, step);
	if (store_end(making->txn) != STORE_DONE || !stage_tend(making->stage, making->now)) {
		return false;
	}
	struct span asked;
	if (!cast_ask(cast, &making->text, &asked)) {
		return true; /* there is no such call */
	}
	const struct stage_run run = {
		.text = asked.bytes, .length = asked.length, .moment = &moment, .keep = true, .at_once = true};
	return stage_run(making->stage, &run, &making->result) == STAGE_DONE;
}

static bool make_steps(const struct world_folder *folder, struct store *store)
{
	struct making making = {.folder = folder, .now = folder->start};
	making.cast = cast_create();
	making.txn = txn_create(store);
	making.stage = stage_create(&(struct stage_options){.store = store,
		.master_key = world_master_key,
		.engine = {.groups_per_user_max = WORLD_GROUPS_PER_USER_MAX},
		.public_url = WORLD_PUBLIC_URL});
	bool made = making.cast != NULL && making.txn != NULL && making.stage != NULL;
	for (uint32_t i = 0; made && i < folder->count; i++) {
		made = make_step(&making, &folder->steps[i]);
	}
	stage_result_finish(&making.result);
	stage_destroy(making.stage);
	txn_destroy(making.txn);
	cast_destroy(making.cast);
	call_request_finish(&making.text);
	return made;
}

bool world_folder_make(const struct world_folder *folder, char *why, size_t capacity)
{
	const struct data_options options = {.path = folder->path, .threads = 2}; /* casting reads beside the stage */
	struct data data;
	if (!write_key(folder->path)) {
		return complain(folder->path, strerror(errno), why, capacity);
	}
	if (data_open(&options, &data, why, capacity) != DATA_OPENED) {
		return false;
	}
	bool made = world_make(data.store, folder->start) && make_steps(folder, data.store);
	data_close(&data);
	return made || complain(folder->path, "the state cannot be written", why, capacity);
}
