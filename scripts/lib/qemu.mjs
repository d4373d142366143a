import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { busybox, moduleFiles } from './guest.mjs'
import { capture, path } from './repo.mjs'

/** Kernel modules that the guest loads before it can mount the host's files. */
const modules = ['virtio_pci', '9pnet_virtio', '9p']

/** Exit codes of QEMU that the guest sets: 2 n + 1 for the n of `init.sh`. */
const verdicts = new Map([
  [33, true],
  [35, false],
])

/**
 * Builds an initramfs in `folder`: busybox, kernel modules, and the program `init`. Returns its path.
 * @param names modules that `init` loads, in the order of /lib/order
 * @param programs further files by their path in the initramfs; `bin/busybox` replaces this machine's
 */
export function makeInitramfs(kernel, folder, names, init, programs = {}) {
  const root = join(folder, 'initramfs')
  for (const each of ['bin', 'dev', 'host', 'lib/modules', 'proc', 'sbin', 'sys'])
    mkdirSync(join(root, each), { recursive: true })
  for (const [file, program] of Object.entries({ 'bin/busybox': busybox, ...programs }))
    copyFileSync(program, join(root, file))
  copyFileSync(init, join(root, 'init'))
  const files = moduleFiles(kernel, names)
  for (const file of files) copyFileSync(file, join(root, 'lib', basename(file)))
  writeFileSync(join(root, 'lib/order'), files.map((file) => `/lib/${basename(file)}\n`).join(''))
  const archive = join(folder, 'initramfs.cpio')
  if (capture('sh', ['-c', `find . | cpio --quiet -o -H newc > '${archive}'`], { cwd: root }) === undefined)
    throw new Error('cpio failed')
  return archive
}

/** One processor: QEMU emulates two, and they would wait for each other whenever memory is mapped. */
const machine = [
  ['-nodefaults', '-display', 'none', '-no-reboot', '-accel', 'tcg', '-cpu', 'max', '-m', '1024'],
  ['-device', 'isa-debug-exit,iobase=0xf4,iosize=1', '-device', 'virtio-rng-pci'],
  ['-fsdev', 'local,id=host,path=/,security_model=none,readonly=on,multidevs=remap'],
  ['-device', 'virtio-9p-pci,fsdev=host,mount_tag=host'],
].flat()

const commandLine = (kernel, folder) =>
  [
    'console=ttyS0 no_timer_check loglevel=5 log_buf_len=4M panic=-1 security=selinux audit=1',
    `"NETLOOM_KERNEL=${kernel}"`,
    `"NETLOOM_JOB=${folder}"`,
  ].join(' ')

/** Returns QEMU's exit code, or the signal that ended it. Kills it if it prints nothing for `seconds`, and when this process ends. */
function ended(child, seconds) {
  return new Promise((resolve, reject) => {
    const end = () => child.kill('SIGKILL')
    const timer = setTimeout(end, seconds * 1000)
    child.stdout.on('data', () => timer.refresh())
    process.once('exit', end)
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      process.off('exit', end)
      resolve(signal ?? code)
    })
  })
}

/**
 * Boots a guest that runs a job: `policy` in `folder` is the SELinux policy, and `inside.sh` runs with the host's files mounted.
 * @returns its output, and true if it succeeded
 * @throws {Error} with the end of the kernel's log, if the guest prints nothing for `seconds`, or ends without a result
 */
export async function runGuest(kernel, folder, seconds) {
  const log = join(folder, 'kernel.log')
  const image = `${kernel.folder}/boot/vmlinuz-${kernel.release}`
  const boot = [
    '-kernel',
    image,
    '-initrd',
    makeInitramfs(kernel, folder, modules, path('scripts/guest/init.sh')),
    '-append',
    commandLine(kernel.folder, folder),
  ]
  const args = [...machine, ...boot, '-serial', `file:${log}`, '-serial', 'stdio']
  const child = spawn('qemu-system-x86_64', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const chunks = []
  child.stdout.on('data', (chunk) => chunks.push(chunk))
  const how = await ended(child, seconds)
  const output = Buffer.concat(chunks).toString().replaceAll('\r\n', '\n')
  const good = verdicts.get(how)
  if (good !== undefined) return { output, good }
  const kernelLog = readFileSync(log, 'utf8').split('\n').slice(-40).join('\n')
  throw new Error(
    `a guest reported no result, or was silent for ${seconds} s (QEMU: ${how}).\n${output}\nThe end of its kernel's log:\n${kernelLog}`,
  )
}
