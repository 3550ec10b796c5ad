/* Taking a member out of a group; who is no manager may take out oneself. */
#include "engine/manage.h"
#include "engine/operations.h"

enum outcome member_remove_execute(struct rule *rule)
{
	return manage_end_standing(rule);
}
