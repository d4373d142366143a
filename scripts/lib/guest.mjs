import { existsSync } from 'node:fs'
import { installPackage, providePackages } from './debian.mjs'
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

/** Debian 12's full kernel, as that for clouds lacks 9p; of its archive proper, where versions stay. */
const suite = 'bookworm'
const version = '6.1.176-1'
const release = '6.1.0-50-amd64'

/** A kernel, unpacked and not installed, with its modules indexed: where, and what it calls itself. */
function provideKernel() {
  const folder = path('.cache', 'debian', `linux-${version}`)
  const packages = [`linux-image-${release}=${version}`]
  const files = [`boot/vmlinuz-${release}`, `lib/modules/${release}/modules.dep`]
  const prepare = (root) => run(depmod, ['-b', root, release])
  const reason = providePackages(folder, { suite, packages, files, prepare })
  if (reason) throw new Error(`${packages} is not to be had: ${reason}`)
  return { folder, release }
}

/**
 * Gets what it takes to boot a guest, and returns its kernel.
 * @throws {Error} where something of it is not to be had
 */
export function provideGuest() {
  if (process.arch !== 'x64') throw new Error('the guest is x64, and runs programs of the host, which must be so too')
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
