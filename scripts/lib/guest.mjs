import { existsSync, realpathSync } from 'node:fs'
import { installPackage, providePackages } from './debian.mjs'
import { capture, path, run } from './repo.mjs'

export const busybox = '/bin/busybox'
export const depmod = '/sbin/depmod'
const modprobe = '/sbin/modprobe'

/** Packages of the programs that build and run a guest, with a file or command that shows that each is installed. */
const programs = {
  'qemu-system-x86': () => capture('qemu-system-x86_64', ['--version']),
  'busybox-static': () => existsSync(busybox),
  cpio: () => capture('cpio', ['--version']),
  kmod: () => existsSync(depmod),
  checkpolicy: () => capture('checkpolicy', ['-V']),
}

/** Debian 12's full kernel, because the cloud kernel lacks 9p. From the main archive, where versions stay available. */
const suite = 'bookworm'
const version = '6.1.176-1'
const release = '6.1.0-50-amd64'

/** Unpacks a kernel, without installing it, and indexes its modules. Returns its folder, and which kernel it is. */
function provideKernel() {
  const folder = path('.cache', 'debian', `linux-${version}`)
  const packages = [`linux-image-${release}=${version}`]
  const files = [`boot/vmlinuz-${release}`, `lib/modules/${release}/modules.dep`]
  const prepare = (root) => run(depmod, ['-b', root, release])
  const reason = providePackages(folder, { suite, packages, files, prepare })
  if (reason) throw new Error(`${packages} is unavailable: ${reason}`)
  // The guest mounts the host's files below a folder, where a link to an absolute path leads elsewhere.
  return { folder: realpathSync(folder), release, suite, version }
}

/**
 * Provides everything that a guest needs to boot, and returns its kernel.
 * @throws {Error} if a part is unavailable
 */
export function provideGuest() {
  if (process.arch !== 'x64')
    throw new Error('the guest is x64 and runs programs of the host, so the host must be x64 too')
  for (const [name, isInstalled] of Object.entries(programs)) {
    const reason = isInstalled() ? undefined : installPackage(name)
    if (reason) throw new Error(`${name} is unavailable: ${reason}`)
  }
  return provideKernel()
}

/** Lists the files of a kernel's modules, dependencies first. */
export function moduleFiles({ folder, release }, names) {
  const listing = capture(modprobe, ['-d', folder, '-S', release, '--show-depends', '-a', ...names])
  if (listing === undefined) throw new Error(`the kernel ${release} lacks a module of ${names.join(', ')}`)
  return [...new Set([...listing.matchAll(/^insmod (\S+)/gm)].map(([, file]) => file))]
}
