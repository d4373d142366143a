import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { busybox, moduleFiles } from './guest.mjs'
import { capture, path } from './repo.mjs'

/** What the guest needs before it sees the host's files. */
const modules = ['virtio_pci', '9pnet_virtio', '9p']

/** Exit codes of QEMU that are the guest's verdict: 2 n + 1, where `init.sh` says n. */
const verdicts = new Map([
  [33, true],
  [35, false],
])

/** Makes the guest's first file system in `folder`: busybox, the modules above and `init.sh`. */
function makeInitramfs(kernel, folder) {
  const root = join(folder, 'initramfs')
  for (const each of ['bin', 'dev', 'host', 'lib/modules', 'proc', 'sbin', 'sys'])
    mkdirSync(join(root, each), { recursive: true })
  copyFileSync(busybox, join(root, 'bin/busybox'))
  copyFileSync(path('scripts/guest/init.sh'), join(root, 'init'))
  const files = moduleFiles(kernel, modules)
  for (const file of files) copyFileSync(file, join(root, 'lib', basename(file)))
  writeFileSync(join(root, 'lib/order'), files.map((file) => `/lib/${basename(file)}\n`).join(''))
  const archive = join(folder, 'initramfs.cpio')
  if (capture('sh', ['-c', `find . | cpio --quiet -o -H newc > '${archive}'`], { cwd: root }) === undefined)
    throw new Error('cpio failed')
  return archive
}

/**
 * Boots a guest that does what `folder` says: its `policy` is the SELinux policy, its `inside.sh` is run with the host's files
 * in sight. What that prints is printed.
 * @returns whether it said that all is well
 * @throws {Error} where it said nothing, or not before `seconds` were over; with the end of what the kernel said
 */
export async function runGuest(kernel, folder, seconds) {
  const log = join(folder, 'kernel.log')
  const append = [
    'console=ttyS0 panic=-1 security=selinux audit=1',
    `NETLOOM_KERNEL=${kernel.folder} NETLOOM_JOB=${folder}`,
  ].join(' ')
  const child = spawn(
    'qemu-system-x86_64',
    [
      ['-nodefaults', '-display', 'none', '-no-reboot', '-accel', 'tcg,thread=multi', '-cpu', 'max'],
      ['-m', '1536', '-smp', '2'],
      ['-kernel', `${kernel.folder}/boot/vmlinuz-${kernel.release}`, '-initrd', makeInitramfs(kernel, folder)],
      ['-append', append],
      ['-serial', `file:${log}`, '-serial', 'stdio', '-device', 'isa-debug-exit,iobase=0xf4,iosize=1'],
      ['-fsdev', 'local,id=host,path=/,security_model=none,readonly=on,multidevs=remap'],
      ['-device', 'virtio-9p-pci,fsdev=host,mount_tag=host', '-device', 'virtio-rng-pci'],
    ].flat(),
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )
  const code = await new Promise((resolve, reject) => {
    const end = () => child.kill('SIGKILL')
    const timer = setTimeout(end, seconds * 1000)
    process.once('exit', end)
    child.once('error', reject)
    child.once('close', (status, signal) => {
      clearTimeout(timer)
      process.off('exit', end)
      resolve(status ?? signal)
    })
  })
  const verdict = verdicts.get(code)
  if (verdict !== undefined) return verdict
  const said = readFileSync(log, 'utf8').split('\n').slice(-40).join('\n')
  throw new Error(`the guest gave no verdict within ${seconds} s (QEMU: ${code}); its kernel's last words:\n${said}`)
}
