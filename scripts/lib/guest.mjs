import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { installPackage, stoodFor, unpackPackage } from './debian.mjs'
import { capture, path, run } from './repo.mjs'

export const busybox = '/bin/busybox'
const depmod = '/sbin/depmod'
const modprobe = '/sbin/modprobe'

/** The packages of the programs that a guest is made and run with, and how to see that they are there. */
const programs = {
  'qemu-system-x86': () => capture('qemu-system-x86_64', ['--version']),
  'busybox-static': () => existsSync(busybox),
  cpio: () => capture('cpio', ['--version']),
  kmod: () => existsSync(depmod),
  checkpolicy: () => capture('checkpolicy', ['-V']),
}

/** Stands for the kernel that Debian's suite has today: the full one, as that for clouds lacks 9p. */
const kernelPackage = 'linux-image-amd64'

/** Unpacks the kernel unless it is there; returns its folder, or why there is none. */
function unpackKernel() {
  const name = stoodFor(kernelPackage)
  if (name === undefined) return { reason: `apt knows no ${kernelPackage}` }
  const folder = path('.cache', 'guest', name)
  mkdirSync(path('.cache', 'guest'), { recursive: true })
  return { folder, reason: existsSync(folder) ? undefined : unpackPackage(folder, name) }
}

/** Debian's kernel, unpacked, its modules indexed: the folder and the kernel's release. */
function provideKernel() {
  const first = unpackKernel()
  // apt's lists may be older than what the archive still has.
  const { folder, reason } = first.reason && run('apt-get', ['-qq', 'update']) ? unpackKernel() : first
  if (reason) throw new Error(`a kernel for the guest is not to be had: ${reason}`)
  const [release] = readdirSync(`${folder}/lib/modules`)
  const isIndexed = existsSync(`${folder}/lib/modules/${release}/modules.dep`)
  if (!isIndexed && !run(depmod, ['-b', folder, release])) throw new Error(`depmod of ${folder} failed`)
  return { folder, release }
}

/**
 * Gets what it takes to boot a guest, and returns its kernel.
 * @throws {Error} where something of it is not to be had
 */
export function provideGuest() {
  if (process.arch !== 'x64') throw new Error('the guest is x64, and so must be the programs of the host that it runs')
  for (const [name, isThere] of Object.entries(programs)) {
    const reason = isThere() ? undefined : installPackage(name)
    if (reason) throw new Error(`${name} is not to be had: ${reason}`)
  }
  return provideKernel()
}

/** The files of modules of a kernel, each after those that it needs. */
export function moduleFiles({ folder, release }, names) {
  const said = capture(modprobe, ['-d', folder, '-S', release, '--show-depends', '-a', ...names])
  if (said === undefined) throw new Error(`the kernel ${release} lacks a module of ${names.join(', ')}`)
  return [...new Set([...said.matchAll(/^insmod (\S+)/gm)].map(([, file]) => file))]
}
