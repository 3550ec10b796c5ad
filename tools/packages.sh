# The Debian packages that building needs, and those that tests need besides; sourced by what stands beside. llvm is for
# its symbolizer: without names neither the suppressions nor the reports of sanitizers work.
packages='libevent-dev libxml2-dev libjansson-dev liblmdb-dev libsodium-dev libutf8proc-dev libcurl4-openssl-dev libcmark-dev
	libsystemd-dev libcmocka-dev meson ninja-build gcc libc6-dev pkg-config curl python3 python3-yaml'
# shellcheck disable=SC2034 # for who sources this
test_packages='git libxml2-utils clang libclang-rt-14-dev llvm python3-pymacaroons python3-jsonschema chromium
	chromium-driver mandoc'

# Installs what is missing, the arguments too; does nothing, and needs no network, when all is there. Elsewhere than on
# Debian it only says what is needed.
install_packages() {
	missing=
	for package in $packages "$@"; do
		if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$'; then
			missing="$missing $package"
		fi
	done
	if [ -z "$missing" ]; then
		return 0
	fi
	if ! command -v apt-get >/dev/null; then
		echo "this is not Debian; what these packages of it hold has to be there:$missing" >&2
		return 0
	fi
	echo "installing:$missing" >&2
	sudo=
	if [ "$(id -u)" -ne 0 ]; then
		sudo=sudo
	fi
	# shellcheck disable=SC2086 # the lists are words
	$sudo apt-get update -q >&2 &&
		$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing >&2
}

# Installs what tools/web/package-lock.json names, below tools/web; needs no network when it is there. npm comes with
# nodejs on some systems, and Debian's own package would conflict with it.
install_web() (
	cd "$(dirname "${BASH_SOURCE[0]}")/web" || exit 1
	if cmp -s package-lock.json node_modules/installed-lock.json; then
		exit 0
	fi
	if ! command -v npm >/dev/null; then
		install_packages npm || exit 1
	fi
	npm ci --ignore-scripts --prefer-offline >&2 && cp package-lock.json node_modules/installed-lock.json
)

# Puts Debian's promtool below build/, without the service that its package would start; needs no network when it is
# there.
fetch_promtool() (
	mkdir -p "$(dirname "${BASH_SOURCE[0]}")/../build" && cd "$(dirname "${BASH_SOURCE[0]}")/../build" || exit 1
	if [ -x promtool/usr/bin/promtool ]; then
		exit 0
	fi
	rm -rf promtool && mkdir promtool && cd promtool || exit 1
	apt-get download prometheus >&2 || { apt-get update -q >&2 && apt-get download prometheus >&2; } || exit 1
	dpkg -x prometheus_*.deb . && rm prometheus_*.deb
)
