/* Stands in for writer/ in the tests of http/: the functions of writer/runner.h that the transport calls. */
#ifndef FAKE_RUNNER_H
#define FAKE_RUNNER_H

#include "writer/runner.h"

/* What the test's dialect asks for, in request.form. */
enum fake_form {
	FAKE_AT_ONCE,
	FAKE_LATER, /* from another thread */
	FAKE_LIST,
};

/* What the runner says of itself. */
extern int64_t fake_stalled_us;
extern bool fake_readable;

struct runner *fake_runner_create(void);

#endif
