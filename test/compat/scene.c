#include "scene.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

int scene_open(void **state)
{
	static struct scene scene;
	scene.request = request_init(scene.memory, sizeof scene.memory, DIALECT_LEGACY);
	reply_init(&scene.reply);
	page_init(&scene.page);
	scene.response = (struct http_response){0};
	*state = &scene;
	return 0;
}

int scene_close(void **state)
{
	struct scene *scene = *state;
	reply_finish(&scene->reply);
	page_finish(&scene->page);
	response_finish(&scene->response);
	return 0;
}

void scene_encode(struct scene *scene, enum operation operation, enum outcome outcome)
{
	static const struct http_site site = {.public_url = "http://joinery.example"};
	scene->request->operation = operation;
	scene->reply.outcome = outcome;
	response_clear(&scene->response);
	compat_driver.encode(&site, scene->request, &scene->reply, &scene->page, &scene->response);
	assert_false(scene->response.failed);
}
