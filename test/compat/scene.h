/* One legacy reply, and all that an encoder is given with it. */
#ifndef TEST_COMPAT_SCENE_H
#define TEST_COMPAT_SCENE_H

#include "compat.h"

struct scene {
	_Alignas(struct request) char memory[4096];
	struct request *request;
	struct reply reply;
	struct page page;
	struct http_response response;
};

/* For cmocka: a scene as the test's state. */
int scene_open(void **state);
int scene_close(void **state);

/* Encodes anew; running out of memory fails the test. */
void scene_encode(struct scene *scene, enum operation operation, enum outcome outcome);

#endif
