/* Parameters that name several things, separated by commas: blanks around a name are left out, names of nothing
 * are passed over, and what is repeated counts once. More than IDS_ASKED_MAX names are refused. */
#ifndef COMPAT_SEVERAL_H
#define COMPAT_SEVERAL_H

#include "http/dialect.h"

/* Fills request->ids. `too_many`: the refusal, which waits in the request. */
void several_take_ids(struct request *request, struct span raw, enum outcome too_many);

/* Fills request->username_folds. */
void several_take_usernames(struct request *request, struct span raw, enum outcome too_many);

#endif
