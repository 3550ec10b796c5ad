/* What commands about groups share. Private to admin/. */
#ifndef ADMIN_GROUP_H
#define ADMIN_GROUP_H

#include "admin/call.h"

/* Finds a group by id or slug, in the open transaction; without its description. */
bool group_find(struct call *call, const char *named, struct group *group);

#endif
