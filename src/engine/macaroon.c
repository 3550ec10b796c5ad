/* Macaroons, V1 binary packets: each is four hexadecimal digits that count the whole packet, a key, a blank,
 * the value, and a line feed. Other readers of this form have been made to loop and to write past their
 * memory, so this one takes exactly one spelling and copies nothing whose place is not known beforehand. */
#include "engine/macaroon.h"

#include <assert.h>
#include <string.h>

#include <sodium.h>

#define PACKET_HEAD_SIZE 4
#define KEY_SIZE 32

_Static_assert(MACAROON_SIGNATURE_SIZE == crypto_auth_hmacsha256_BYTES, "a signature is an HMAC-SHA256");
_Static_assert(KEY_SIZE == crypto_auth_hmacsha256_KEYBYTES, "a signature is the next key");

/* --- packets */

struct reader {
	const uint8_t *bytes;
	size_t size;
	size_t at;
};

/* The number that a packet's head spells; 0: it is none. Upper-case digits are another spelling. */
static size_t read_packet_size(const uint8_t *head)
{
	size_t size = 0;
	for (unsigned i = 0; i < PACKET_HEAD_SIZE; i++) {
		uint8_t digit = head[i];
		if (digit >= '0' && digit <= '9') {
			size = size * 16 + digit - '0';
		} else if (digit >= 'a' && digit <= 'f') {
			size = size * 16 + digit - 'a' + 10;
		} else {
			return 0;
		}
	}
	return size;
}

/* Reads the packet here if it has this key; else stays where it is. */
static bool read_packet(struct reader *reader, const char *key, struct macaroon_part *value)
{
	size_t left = reader->size - reader->at;
	if (left < PACKET_HEAD_SIZE) {
		return false;
	}
	const uint8_t *packet = reader->bytes + reader->at;
	size_t size = read_packet_size(packet);
	size_t key_size = strlen(key);
	size_t frame = PACKET_HEAD_SIZE + key_size + 2;
	if (size < frame || size > left) {
		return false;
	}
	const uint8_t *behind_head = packet + PACKET_HEAD_SIZE;
	if (memcmp(behind_head, key, key_size) != 0 || behind_head[key_size] != ' ' ||
		packet[size - 1] != '\n') {
		return false;
	}
	value->offset = (uint16_t)(reader->at + PACKET_HEAD_SIZE + key_size + 1);
	value->length = (uint16_t)(size - frame);
	reader->at += size;
	return true;
}

static bool decode_base64(
	const char *text, size_t length, struct reader *reader, uint8_t bytes[MACAROON_SIZE_MAX])
{
	if (length == 0 || length > MACAROON_SIZE_MAX) {
		return false;
	}
	bool padded = text[length - 1] == '=';
	int variant = padded ? sodium_base64_VARIANT_URLSAFE : sodium_base64_VARIANT_URLSAFE_NO_PADDING;
	if (sodium_base642bin(bytes, MACAROON_SIZE_MAX, text, length, NULL, &reader->size, NULL, variant) !=
		0) {
		return false;
	}
	reader->bytes = bytes;
	reader->at = 0;
	return true;
}

bool macaroon_read(const char *text, size_t length, struct macaroon *macaroon)
{
	struct reader reader;
	if (!decode_base64(text, length, &reader, macaroon->bytes) ||
		!read_packet(&reader, "location", &macaroon->location) ||
		!read_packet(&reader, "identifier", &macaroon->identifier)) {
		return false;
	}
	macaroon->caveat_count = 0;
	while (macaroon->caveat_count < MACAROON_CAVEATS_MAX &&
		read_packet(&reader, "cid", &macaroon->caveats[macaroon->caveat_count])) {
		macaroon->caveat_count++;
	}
	struct macaroon_part signature;
	if (!read_packet(&reader, "signature", &signature) || signature.length != MACAROON_SIGNATURE_SIZE ||
		reader.at != reader.size) {
		return false;
	}
	memcpy(macaroon->signature, macaroon->bytes + signature.offset, MACAROON_SIGNATURE_SIZE);
	return true;
}

/* --- the chain of signatures */

/* The signature over a part becomes the key for the next part. */
static void sign(uint8_t signature[MACAROON_SIGNATURE_SIZE], const void *part, size_t size)
{
	uint8_t next[MACAROON_SIGNATURE_SIZE];
	(void)crypto_auth_hmacsha256(next, part, size, signature);
	memcpy(signature, next, sizeof next);
	sodium_memzero(next, sizeof next);
}

/* The key under which the identifier is signed. */
static void start_signature(const uint8_t *root_key, size_t root_key_size, uint8_t key[KEY_SIZE])
{
	static const uint8_t generator[KEY_SIZE] = "macaroons-key-generator";
	(void)crypto_auth_hmacsha256(key, root_key, root_key_size, generator);
}

bool macaroon_verify(const struct macaroon *macaroon, const uint8_t *root_key, size_t root_key_size)
{
	uint8_t signature[MACAROON_SIGNATURE_SIZE];
	start_signature(root_key, root_key_size, signature);
	sign(signature, macaroon->bytes + macaroon->identifier.offset, macaroon->identifier.length);
	for (uint32_t i = 0; i < macaroon->caveat_count; i++) {
		sign(signature, macaroon->bytes + macaroon->caveats[i].offset, macaroon->caveats[i].length);
	}
	bool genuine = sodium_memcmp(signature, macaroon->signature, sizeof signature) == 0;
	sodium_memzero(signature, sizeof signature);
	return genuine;
}

/* --- caveats */

/* A canonical decimal that fills all of the bytes. */
static bool read_decimal(const uint8_t *bytes, size_t length, uint64_t *number)
{
	if (length == 0 || length > 19 || (bytes[0] == '0' && length > 1)) {
		return false;
	}
	uint64_t read = 0;
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] < '0' || bytes[i] > '9') {
			return false;
		}
		read = read * 10 + bytes[i] - '0';
	}
	*number = read;
	return true;
}

/* Whether the caveat starts with these words; the number behind them is then read. */
static bool read_caveat(const uint8_t *caveat, size_t length, const char *words, uint64_t *number)
{
	size_t size = strlen(words);
	return length > size && memcmp(caveat, words, size) == 0 &&
	       read_decimal(caveat + size, length - size, number);
}

static bool caveat_holds(const uint8_t *caveat, size_t length, const struct macaroon_context *context)
{
	uint64_t number;
	if (read_caveat(caveat, length, "time < ", &number)) {
		return context->now < 0 || (uint64_t)context->now < number;
	}
	if (read_caveat(caveat, length, "user = ", &number)) {
		return number == context->user_id;
	}
	if (read_caveat(caveat, length, "group = ", &number)) {
		return number == context->group_id;
	}
	return false;
}

bool macaroon_caveats_hold(const struct macaroon *macaroon, const struct macaroon_context *context)
{
	for (uint32_t i = 0; i < macaroon->caveat_count; i++) {
		const struct macaroon_part *caveat = &macaroon->caveats[i];
		if (!caveat_holds(macaroon->bytes + caveat->offset, caveat->length, context)) {
			return false;
		}
	}
	return true;
}

/* --- writing */

struct writer {
	uint8_t bytes[MACAROON_SIZE_MAX];
	size_t size;
	bool full;
};

static void write_bytes(struct writer *writer, const void *bytes, size_t size)
{
	if (writer->full || size > sizeof writer->bytes - writer->size) {
		writer->full = true;
		return;
	}
	memcpy(writer->bytes + writer->size, bytes, size);
	writer->size += size;
}

static void write_packet(struct writer *writer, const char *key, const void *value, size_t value_size)
{
	static const char digits[] = "0123456789abcdef";
	size_t size = PACKET_HEAD_SIZE + strlen(key) + 1 + value_size + 1;
	if (size > sizeof writer->bytes) {
		writer->full = true;
		return;
	}
	char head[PACKET_HEAD_SIZE];
	for (unsigned i = 0; i < PACKET_HEAD_SIZE; i++) {
		head[i] = digits[size >> (4 * (PACKET_HEAD_SIZE - 1 - i)) & 15];
	}
	write_bytes(writer, head, sizeof head);
	write_bytes(writer, key, strlen(key));
	write_bytes(writer, " ", 1);
	write_bytes(writer, value, value_size);
	write_bytes(writer, "\n", 1);
}

/* What is written must be readable here again, hence the bound on the text as well. */
static size_t encode_base64(const struct writer *writer, char *text, size_t capacity)
{
	const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
	size_t needed = sodium_base64_encoded_len(writer->size, variant);
	if (writer->full || needed > capacity || needed - 1 > MACAROON_SIZE_MAX) {
		return 0;
	}
	(void)sodium_bin2base64(text, capacity, writer->bytes, writer->size, variant);
	return needed - 1;
}

size_t macaroon_write(const char *location, const char *identifier, const char *const *caveats,
	size_t caveat_count, const uint8_t *root_key, size_t root_key_size, char *text, size_t capacity)
{
	assert(caveat_count <= MACAROON_CAVEATS_MAX);
	struct writer writer = {.size = 0};
	uint8_t signature[MACAROON_SIGNATURE_SIZE];
	start_signature(root_key, root_key_size, signature);
	write_packet(&writer, "location", location, strlen(location));
	write_packet(&writer, "identifier", identifier, strlen(identifier));
	sign(signature, identifier, strlen(identifier));
	for (size_t i = 0; i < caveat_count; i++) {
		write_packet(&writer, "cid", caveats[i], strlen(caveats[i]));
		sign(signature, caveats[i], strlen(caveats[i]));
	}
	write_packet(&writer, "signature", signature, sizeof signature);
	return encode_base64(&writer, text, capacity);
}

static void copy_packet(
	struct writer *writer, const char *key, const struct macaroon *macaroon, const struct macaroon_part *part)
{
	write_packet(writer, key, macaroon->bytes + part->offset, part->length);
}

size_t macaroon_narrow(const struct macaroon *macaroon, const char *const *caveats, size_t caveat_count, char *text,
	size_t capacity)
{
	if (caveat_count > MACAROON_CAVEATS_MAX - macaroon->caveat_count) {
		return 0;
	}
	struct writer writer = {.size = 0};
	uint8_t signature[MACAROON_SIGNATURE_SIZE];
	memcpy(signature, macaroon->signature, sizeof signature);
	copy_packet(&writer, "location", macaroon, &macaroon->location);
	copy_packet(&writer, "identifier", macaroon, &macaroon->identifier);
	for (uint32_t i = 0; i < macaroon->caveat_count; i++) {
		copy_packet(&writer, "cid", macaroon, &macaroon->caveats[i]);
	}
	for (size_t i = 0; i < caveat_count; i++) {
		write_packet(&writer, "cid", caveats[i], strlen(caveats[i]));
		sign(signature, caveats[i], strlen(caveats[i]));
	}
	write_packet(&writer, "signature", signature, sizeof signature);
	return encode_base64(&writer, text, capacity);
}
