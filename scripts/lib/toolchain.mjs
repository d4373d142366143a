import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { providePackages, provideSource } from './debian.mjs'
import { capture, path } from './repo.mjs'

/** Debian 12 no longer changes; what is linked into an executable is of these versions, whatever the machine has. */
const suite = 'bookworm'
const versions = { musl: '1.2.3-1', gcc: '12.2.0-14cross1', binutils: '2.40-2' }
const gccSeries = versions.gcc.split('.')[0]

/** What the machines that executables are made for are called. */
const machines = {
  x64: { cpu: 'x86_64', debian: 'amd64' },
  arm64: { cpu: 'aarch64', debian: 'arm64' },
}

const folderOf = (name) => path('.cache', 'debian', name)

function orThrow(what, reason) {
  if (reason) throw new Error(`${what} is not to be had: ${reason}`)
}

/** The libc that is linked in, with the flags that it takes. Debian's specs have gcc look for it under /usr, ours in the folder of --sysroot. */
function provideMusl({ cpu, debian }) {
  const name = `musl-dev:${debian}=${versions.musl}`
  const folder = folderOf(`musl-${versions.musl}-${debian}`)
  const lib = `usr/lib/${cpu}-linux-musl`
  const prepare = (root) => {
    const specs = readFileSync(join(root, lib, 'musl-gcc.specs'), 'utf8')
    writeFileSync(join(root, 'musl.specs'), specs.replaceAll('/usr/', '%R/usr/'))
  }
  const files = ['musl.specs', `${lib}/libc.a`, `usr/include/${cpu}-linux-musl/stdio.h`]
  orThrow(name, providePackages(folder, { suite, packages: [name], files, prepare }))
  // The specs link at a fixed address; a gcc that knows it when it compiles keeps tables of pointers out of what is written to.
  const flags = [`--sysroot=${folder}`, `-specs=${join(folder, 'musl.specs')}`, '-static', '-fno-pie']
  return { flags, license: join(folder, 'usr', 'share', 'doc', 'musl-dev', 'copyright') }
}

function nativeCompiler({ cpu }) {
  const target = capture('gcc', ['-dumpmachine'])
  if (!target) throw new Error('there is no gcc on this machine')
  if (!target.startsWith(`${cpu}-`)) throw new Error(`expected a gcc for ${cpu}, got one for ${target}`)
  return { cc: 'gcc', objcopy: 'objcopy', env: process.env }
}

/** Debian's compiler for another machine. It finds its own parts beside itself, the libraries of assembler and linker it does not. */
function provideCrossCompiler({ cpu, debian }, host) {
  const triplet = `${cpu}-linux-gnu`
  const inNames = triplet.replaceAll('_', '-')
  const folder = folderOf(`gcc-${versions.gcc}-${host.debian}-for-${debian}`)
  // gcc hands the paths of its own libraries on as words.
  orThrow(`gcc for ${cpu}`, /\s/.test(folder) ? `it does not link from a path with a space, ${folder}` : undefined)
  const packages = [
    `gcc-${gccSeries}-${inNames}=${versions.gcc}`,
    `cpp-${gccSeries}-${inNames}=${versions.gcc}`,
    `libgcc-${gccSeries}-dev-${debian}-cross=${versions.gcc}`,
    `binutils-${inNames}=${versions.binutils}`,
    `libbinutils=${versions.binutils}`,
  ]
  const bin = join(folder, 'usr', 'bin')
  const own = `usr/lib/gcc-cross/${triplet}/${gccSeries}`
  const files = [`usr/bin/${triplet}-gcc-${gccSeries}`, `${own}/cc1`, `${own}/libgcc.a`, `usr/bin/${triplet}-ld`]
  orThrow(`gcc for ${cpu}`, providePackages(folder, { suite, packages, files }))
  const env = {
    ...process.env,
    PATH: `${bin}:${process.env.PATH}`,
    LD_LIBRARY_PATH: join(folder, 'usr', 'lib', `${host.cpu}-linux-gnu`),
  }
  return { cc: join(bin, `${triplet}-gcc-${gccSeries}`), objcopy: join(bin, `${triplet}-objcopy`), env }
}

/**
 * What compiles C to a static executable for `x64` or `arm64`: a compiler, the flags it takes both to compile and to link, and the
 * environment to start it in. `license` is the file with musl's. musl, of which executables consist besides, and a compiler for the other machine are fetched
 * from Debian if need be; this machine's own gcc serves itself.
 * @throws where it is not to be had
 */
export function provideToolchain(machine = process.arch) {
  const target = machines[machine]
  const host = machines[process.arch]
  if (!target) throw new Error(`expected ${Object.keys(machines).join(' or ')}, got ${machine}`)
  if (!host) throw new Error(`there is no compiler for ${machine} that runs on ${process.arch}`)
  const compiler = target === host ? nativeCompiler(target) : provideCrossCompiler(target, host)
  return { ...compiler, ...provideMusl(target) }
}

/**
 * What starts a static executable for a machine: the words before its path. Another machine's is started by qemu-user.
 * @throws where that is not to be had
 */
export function provideStarter(machine) {
  const { cpu } = machines[machine]
  if (machine === process.arch) return []
  const program = `usr/bin/qemu-${cpu}-static`
  const folder = folderOf('qemu-user-static')
  orThrow(`qemu-user for ${cpu}`, providePackages(folder, { suite, packages: ['qemu-user-static'], files: [program] }))
  return [join(folder, program)]
}

const quickjs = {
  suite: 'trixie',
  name: 'quickjs',
  version: '2025.04.26-1',
  sha256: 'ec81da5b3249ed648dbc7df4a1654988910e66a118d9b71cb63534216efcfbbe',
  files: ['quickjs.c', 'VERSION'],
}

/**
 * The folder of QuickJS's source, fetched if need be.
 * @throws where it is not to be had
 */
export function provideQuickjs() {
  const folder = folderOf(`${quickjs.name}-${quickjs.version}`)
  orThrow('the source of QuickJS', provideSource(folder, quickjs))
  return folder
}
