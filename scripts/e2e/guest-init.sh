#!/bin/busybox sh
# First process of the guests of `npm run e2e`. Runs the lines that it reads from a serial port as commands, and writes
# their output and `@@` with their exit code.
export PATH=/sbin:/bin
# The script of udhcpc is this file too.
case $1 in
  deconfig) exec ip address flush dev "$interface" ;;
  bound | renew) exec ip address add "$ip/$mask" dev "$interface" ;;
  ?*) exit ;;
esac
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
while read -r module; do insmod "$module"; done </lib/order
ip link set lo up
[ ! -e /sys/class/net/eth0 ] || ip link set eth0 up
# `guest_address` and `guest_port` are from the kernel's command line.
[ -z "$guest_address" ] || ip address add "$guest_address" dev eth0
port=/dev/${guest_port:-ttyS1}
stty -F "$port" raw -echo
exec <"$port" >"$port" 2>&1
# Again: hvc0 forgets its settings when it is closed.
stty raw -echo
echo '@@ready'
while IFS= read -r line; do
  eval "$line" </dev/null
  echo "@@$?"
done
poweroff -f
