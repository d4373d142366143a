#!/bin/sh
# First process of a suite of `npm run e2e`, in its own namespaces. Runs the command of its arguments. Folders in which
# container runtimes and the suite write are empty here, and end with the namespaces.
set -e
project=$PWD
for folder in /run /var/lib; do
  mount -t tmpfs -o mode=755 tmpfs "$folder"
  # The project may be in that folder. The working directory still refers to it.
  case $project/ in "$folder"/*) mkdir -p "$project" && mount --no-canonicalize --bind . "$project" ;; esac
done
cd "$project"
mkdir -p /run/lock /run/netns /run/e2e /var/lib/cni
ip link set lo up
# Not `exec`: the shell reaps the processes that runtimes leave to the first process.
"$@" && exit 0 || exit $?
