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

/** Of one processor, as QEMU emulates it: two would wait for each other whenever memory is mapped. */
const machine = [
  ['-nodefaults', '-display', 'none', '-no-reboot', '-accel', 'tcg', '-cpu', 'max', '-m', '1024'],
  ['-device', 'isa-debug-exit,iobase=0xf4,iosize=1', '-device', 'virtio-rng-pci'],
  ['-fsdev', 'local,id=host,path=/,security_model=none,readonly=on,multidevs=remap'],
  ['-device', 'virtio-9p-pci,fsdev=host,mount_tag=host'],
].flat()

const commandLine = (kernel, folder) =>
  [
    'console=ttyS0 loglevel=5 log_buf_len=4M panic=-1 security=selinux audit=1',
    `"NETLOOM_KERNEL=${kernel}"`,
    `"NETLOOM_JOB=${folder}"`,
  ].join(' ')

/** QEMU's exit code, or the signal that ended it; it does not outlive us, nor `seconds`. */
function ended(child, seconds) {
  return new Promise((resolve, reject) => {
    const end = () => child.kill('SIGKILL')
    const timer = setTimeout(end, seconds * 1000)
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
 * Boots a guest that does what `folder` says: its `policy` is the SELinux policy, its `inside.sh` is run with the host's files
 * in sight.
 * @returns what that printed, and whether it said that all is well
 * @throws {Error} where it said nothing, or not before `seconds` were over; with the end of what the kernel said
 */
export async function runGuest(kernel, folder, seconds) {
  const log = join(folder, 'kernel.log')
  const image = `${kernel.folder}/boot/vmlinuz-${kernel.release}`
  const boot = [
    '-kernel',
    image,
    '-initrd',
    makeInitramfs(kernel, folder),
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
  const said = readFileSync(log, 'utf8').split('\n').slice(-40).join('\n')
  throw new Error(
    `a guest gave no verdict within ${seconds} s (QEMU: ${how}).\n${output}\nIts kernel's last words:\n${said}`,
  )
}
