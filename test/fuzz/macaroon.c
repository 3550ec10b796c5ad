/* Any bytes as a macaroon: never read outside, and what a holder adds to one that is read can be read. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "attenuate.h"
#include "engine/macaroon.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct macaroon macaroon, narrower;
	char text[MACAROON_SIZE_MAX + 1];
	if (!macaroon_read((const char *)bytes, size, &macaroon)) {
		return 0;
	}
	const uint8_t key[] = "key";
	(void)macaroon_verify(&macaroon, key, sizeof key);
	(void)macaroon_caveats_hold(
		&macaroon, &(struct macaroon_context){.now = 1, .user_id = 7, .group_id = 3});
	size_t length = attenuate((const char *)bytes, size, "user = 7", text, sizeof text);
	if (length == 0 || macaroon.caveat_count == MACAROON_CAVEATS_MAX) {
		return 0;
	}
	assert(macaroon_read(text, length, &narrower));
	assert(narrower.caveat_count == macaroon.caveat_count + 1);
	assert(narrower.identifier.length == macaroon.identifier.length);
	assert(memcmp(narrower.bytes, macaroon.bytes,
		       macaroon.identifier.offset + macaroon.identifier.length) == 0);
	return 0;
}
