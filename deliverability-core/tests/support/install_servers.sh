#!/bin/sh
# Installs nsd and rbldnsd from Debian where they are missing; says why where it cannot.
set -eu
PATH="$PATH:/usr/sbin:/sbin"

missing=
for server in nsd rbldnsd; do
    command -v "$server" >/dev/null || missing="$missing $server"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "not installed:$missing (to install: apt-get install -y$missing, as root)" >&2
    exit 1
fi

# Debian starts a server once it is installed; nsd would take port 53.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi

export DEBIAN_FRONTEND=noninteractive
install() {
    # shellcheck disable=SC2086 # several names
    apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $missing >&2
}
install || { apt-get -o DPkg::Lock::Timeout=300 update >&2 && install; }
