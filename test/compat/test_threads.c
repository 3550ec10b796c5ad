/* Threads that write their first documents at the same time: only the builds with sanitizers see what goes wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>

#include "rsp.h"

#define THREADS 4

static pthread_barrier_t gate;

static void *write_document(void *context)
{
	struct http_response *response = context;
	struct rsp rsp;
	(void)pthread_barrier_wait(&gate); /* one of them is told that it is the last */
	rsp_begin(&rsp, &rsp_xml, true, response);
	rsp_end(&rsp);
	return NULL;
}

static void first_documents_of_threads_are_whole(void **state)
{
	(void)state;
	struct http_response responses[THREADS] = {{0}};
	pthread_t threads[THREADS];
	assert_int_equal(pthread_barrier_init(&gate, NULL, THREADS), 0);
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, write_document, &responses[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		assert_false(responses[i].failed);
		assert_int_equal(responses[i].body_size, responses[0].body_size);
		assert_memory_equal(responses[i].body, responses[0].body, responses[0].body_size);
	}
	for (int i = 0; i < THREADS; i++) {
		response_finish(&responses[i]);
	}
	assert_int_equal(pthread_barrier_destroy(&gate), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(first_documents_of_threads_are_whole)};
	return cmocka_run_group_tests_name("compat threads", tests, NULL, NULL);
}
