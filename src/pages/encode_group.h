/* The pages about one group, as they are when all is well. */
#ifndef PAGES_ENCODE_GROUP_H
#define PAGES_ENCODE_GROUP_H

#include "pages/view.h"

/* Shows the group to who holds its invite link, with a button to join it. */
void encode_invite(struct view *view);
/* Shows one of the moderators' lists; request->form says which. */
void encode_moderate(struct view *view);

#endif
