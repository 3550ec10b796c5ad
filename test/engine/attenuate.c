/* The last packet is the signature; it gives way to the caveat and a signature over that, keyed by the old one. */
#include "attenuate.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#define BYTES_MAX 8192
#define SIGNATURE_HEAD "002fsignature "
#define SIGNATURE_SIZE 32
#define SIGNATURE_PACKET_SIZE (sizeof SIGNATURE_HEAD - 1 + SIGNATURE_SIZE + 1)

size_t attenuate(const char *text, size_t length, const char *caveat, char *narrower, size_t capacity)
{
	const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
	uint8_t bytes[BYTES_MAX];
	size_t size;
	while (length > 0 && text[length - 1] == '=') {
		length--;
	}
	int decoded = sodium_base642bin(bytes, sizeof bytes, text, length, NULL, &size, NULL, variant);
	assert(decoded == 0 && size > SIGNATURE_PACKET_SIZE);
	(void)decoded;
	uint8_t signature[SIGNATURE_SIZE];
	const uint8_t *old = bytes + size - 1 - SIGNATURE_SIZE;
	(void)crypto_auth_hmacsha256(signature, (const uint8_t *)caveat, strlen(caveat), old);
	size -= SIGNATURE_PACKET_SIZE;
	size_t added = strlen("0000cid \n") + strlen(caveat);
	assert(size + added + SIGNATURE_PACKET_SIZE < sizeof bytes);
	size += (size_t)snprintf((char *)bytes + size, sizeof bytes - size, "%04zxcid %s\n%s", added, caveat, SIGNATURE_HEAD);
	memcpy(bytes + size, signature, SIGNATURE_SIZE);
	size += SIGNATURE_SIZE;
	bytes[size++] = '\n';
	if (sodium_base64_encoded_len(size, variant) > capacity) {
		return 0;
	}
	(void)sodium_bin2base64(narrower, capacity, bytes, size, variant);
	return strlen(narrower);
}
