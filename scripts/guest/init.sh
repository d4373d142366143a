#!/bin/busybox sh
# The guest's first process, in the initramfs. The kernel's command line sets NETLOOM_KERNEL and NETLOOM_JOB, folders of the host.
export PATH=/sbin:/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
# Tests search the log for lines of SELinux, so none may be dropped.
echo 0 >/proc/sys/kernel/printk_ratelimit
ln -s /proc/self/fd /dev/fd

# Mount the host's files. Only what a kernel provides itself is the guest's own.
while read -r module; do insmod "$module"; done </lib/order
mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=524288,cache=loose host /host
rm -r /lib/modules
ln -s "/host$NETLOOM_KERNEL/lib/modules" /lib/modules
mount -t selinuxfs selinuxfs /sys/fs/selinux
for folder in proc sys dev; do mount --rbind "/$folder" "/host/$folder"; done
mount -t tmpfs tmpfs /host/run
mkdir -p /host/run/netns /host/run/tmp
echo /bin/modprobe >/proc/sys/kernel/modprobe
modprobe tun

# The kernel accepts a policy only in a single write.
dd if="/host$NETLOOM_JOB/policy" of=/sys/fs/selinux/load bs=32M count=1 2>/dev/null && echo 1 >/sys/fs/selinux/enforce

chroot /host /bin/sh "$NETLOOM_JOB/inside.sh" </dev/null >/dev/ttyS1 2>&1 && verdict='\020' || verdict='\021'
# isa-debug-exit: QEMU exits with 2 n + 1. Any other exit code is no result.
printf "$verdict" | dd of=/dev/port bs=1 seek=244 2>/dev/null
poweroff -f
