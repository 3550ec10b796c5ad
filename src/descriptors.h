/* The first three descriptors of a process. */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

/* Opens nothing in the place of those that the caller closed: else the next file opened, which may be the store's,
 * would be taken for a standard stream and be printed into. */
void descriptors_fill(void);

#endif
