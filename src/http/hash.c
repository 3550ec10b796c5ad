/* The finisher of splitmix64: each bit of the number changes half of the bits of the result. */
#include "http/hash.h"

#include <string.h>
#include <sys/random.h>

#define NETWORK_SIZE 8

uint64_t hash_make_key(void)
{
	uint64_t key;
	if (getrandom(&key, sizeof key, 0) != sizeof key) {
		key = (uint64_t)(uintptr_t)&key;
	}
	return key;
}

static uint64_t mix(uint64_t number)
{
	number = (number ^ (number >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	number = (number ^ (number >> 27)) * UINT64_C(0x94d049bb133111eb);
	return number ^ (number >> 31);
}

uint64_t hash_number(uint64_t number, uint64_t key)
{
	return mix(mix(number ^ key));
}

uint64_t hash_peer(const struct peer *peer, uint64_t key)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	uint64_t halves[2];
	memcpy(halves, peer->address, sizeof halves);
	bool has_network = memcmp(peer->address, mapped, sizeof mapped) != 0;
	_Static_assert(sizeof halves[0] == NETWORK_SIZE, "the first half is the network");
	return mix(mix(halves[0] ^ key) ^ (has_network ? 0 : halves[1]));
}
