#!/bin/busybox sh
# First process of the guests of `npm run e2e`. Runs the lines that it reads from the second serial port as commands, and writes
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
ip link set eth0 up
# From the kernel's command line.
[ -z "$guest_address" ] || ip address add "$guest_address" dev eth0
stty -F /dev/ttyS1 raw -echo
exec </dev/ttyS1 >/dev/ttyS1 2>&1
echo '@@ready'
while IFS= read -r line; do
  eval "$line" </dev/null
  echo "@@$?"
done
poweroff -f
