import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { providePackages, provideSource } from './debian.mjs'
import { capture, path, root } from './repo.mjs'

/** Debian 12 no longer changes. Executables are linked from packages of this suite, whatever the machine runs. */
const suite = 'bookworm'
const versions = { musl: '1.2.3-1', gcc: '12.2.0-14cross1', binutils: '2.40-2' }
const gccSeries = versions.gcc.split('.')[0]

/**
 * Machines that executables are built for: names, the checksum of musl's files, and hardening options of the compiler. arm64 signs
 * return addresses. x86-64's shadow stacks need support by the libc, which musl lacks.
 */
const machines = {
  x64: {
    cpu: 'x86_64',
    debian: 'amd64',
    musl: '258e342dd48879e4317e6a461029ff4d22831039d088095f7e3114d7ebdf6229',
    hardening: [],
  },
  arm64: {
    cpu: 'aarch64',
    debian: 'arm64',
    musl: '4c61b703d0d42ed019debd4553db0c7e692fac9b0e66a8053c9acfdc819935d1',
    hardening: ['-mbranch-protection=pac-ret'],
  },
}

/** Without -D_FORTIFY_SOURCE: musl has no checks for it. */
const hardening = ['-fstack-protector-strong', '-Wl,-z,noexecstack', '-Wl,-z,relro', '-Wl,-z,now']

/** Keeps this machine's paths out of the objects. */
const reproducible = [`-ffile-prefix-map=${root}=.`]

const folderOf = (name) => path('.cache', 'debian', name)

function orThrow(what, reason) {
  if (reason) throw new Error(`${what} is unavailable: ${reason}`)
}

/** Provides the libc to link, and its flags. Debian's specs make gcc look for it under /usr; ours use the folder of --sysroot. */
function provideMusl({ cpu, debian, musl: seal }) {
  const name = `musl-dev:${debian}=${versions.musl}`
  const folder = folderOf(`musl-${versions.musl}-${debian}`)
  const lib = `usr/lib/${cpu}-linux-musl`
  const prepare = (root) => {
    const specs = readFileSync(join(root, lib, 'musl-gcc.specs'), 'utf8')
    writeFileSync(join(root, 'musl.specs'), specs.replaceAll('/usr/', '%R/usr/'))
  }
  const files = ['musl.specs', `${lib}/libc.a`, `usr/include/${cpu}-linux-musl/stdio.h`]
  orThrow(name, providePackages(folder, { suite, packages: [name], files, prepare, seal }))
  // The specs link at a fixed address. If gcc knows that when it compiles, tables of pointers are read-only.
  const flags = [`--sysroot=${folder}`, `-specs=${join(folder, 'musl.specs')}`, '-static', '-fno-pie']
  return { flags, license: join(folder, 'usr', 'share', 'doc', 'musl-dev', 'copyright') }
}

function nativeCompiler({ cpu }) {
  const target = capture('gcc', ['-dumpmachine'])
  if (!target) throw new Error('there is no gcc on this machine')
  if (!target.startsWith(`${cpu}-`)) throw new Error(`expected a gcc for ${cpu}, got one for ${target}`)
  return { cc: 'gcc', objcopy: 'objcopy', env: process.env }
}

/**
 * Provides Debian's compiler for another machine. It finds its own parts by itself, but not the libraries of its assembler and
 * linker.
 */
function provideCrossCompiler({ cpu, debian }, host) {
  const triplet = `${cpu}-linux-gnu`
  const inNames = triplet.replaceAll('_', '-')
  const folder = folderOf(`gcc-${versions.gcc}-${host.debian}-for-${debian}`)
  // gcc splits the paths of its own libraries at spaces.
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
  orThrow(`gcc for ${cpu}`, providePackages(folder, { suite, packages, files, seal: true }))
  const env = {
    ...process.env,
    PATH: `${bin}:${process.env.PATH}`,
    LD_LIBRARY_PATH: join(folder, 'usr', 'lib', `${host.cpu}-linux-gnu`),
  }
  return { cc: join(bin, `${triplet}-gcc-${gccSeries}`), objcopy: join(bin, `${triplet}-objcopy`), env }
}

/**
 * Returns a compiler from C to a static executable for `x64` or `arm64`: the program, the flags for compiling and linking, and the
 * environment to run it in. `license` is the file with musl's license. Downloads musl, and a compiler for the other machine, from
 * Debian if needed. For its own machine it uses the installed gcc.
 * @throws {Error} if a part is unavailable
 */
export function provideToolchain(machine = process.arch) {
  const target = machines[machine]
  const host = machines[process.arch]
  if (!target) throw new Error(`expected ${Object.keys(machines).join(' or ')}, got ${machine}`)
  if (!host) throw new Error(`there is no compiler for ${machine} that runs on ${process.arch}`)
  const compiler = target === host ? nativeCompiler(target) : provideCrossCompiler(target, host)
  const { flags, license } = provideMusl(target)
  return { ...compiler, flags: [...flags, ...hardening, ...target.hardening, ...reproducible], license }
}

/**
 * Returns a C compiler for this machine with AddressSanitizer and UndefinedBehaviorSanitizer, as `provideToolchain` does. They need
 * a dynamically linked libc: this machine's own. The first error that they find ends the program.
 * @throws {Error} if it is unavailable
 */
export function provideSanitizers() {
  const compiler = nativeCompiler(machines[process.arch])
  const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all']
  return { ...compiler, flags: [...sanitizers, '-g', '-fno-omit-frame-pointer', ...reproducible] }
}

/**
 * Returns the words that precede the path of a static executable to run it. Executables of another machine run in qemu-user.
 * @throws {Error} if that is unavailable
 */
export function provideStarter(machine) {
  const { cpu } = machines[machine]
  if (machine === process.arch) return []
  const program = `usr/bin/qemu-${cpu}-static`
  const folder = folderOf('qemu-user-static')
  const packages = ['qemu-user-static']
  orThrow(`qemu-user for ${cpu}`, providePackages(folder, { suite, packages, files: [program], seal: true }))
  return [join(folder, program)]
}

/**
 * QuickJS as released by its authors. Debian's two patches are not applied: they change only its Makefile, which is not used here
 * (enable_multiarch_build sets the path of libquickjs.a, fix_armel_build adds -latomic).
 */
const quickjs = {
  suite: 'trixie',
  name: 'quickjs',
  version: '2025.04.26-1',
  tarball: 'ec81da5b3249ed648dbc7df4a1654988910e66a118d9b71cb63534216efcfbbe',
  files: ['quickjs.c', 'VERSION'],
  seal: 'baa70af73c01e4ed0f164465970ef6c4df403a8b7ddc93995d0e70e50d6f1c3c',
}

/**
 * Returns the folder of QuickJS's source. Downloads it if needed.
 * @throws {Error} if it is unavailable
 */
export function provideQuickjs() {
  const folder = folderOf(`${quickjs.name}-${quickjs.version}`)
  orThrow('the source of QuickJS', provideSource(folder, quickjs))
  return folder
}

/** Returns what is linked into the executables, apart from our own code: for bills of materials. */
export const toolchainParts = () => [
  {
    ...{ name: quickjs.name, version: quickjs.version, license: 'MIT' },
    purl: `pkg:deb/debian/${quickjs.name}@${quickjs.version}?arch=source`,
    hashes: [{ alg: 'SHA-256', content: quickjs.tarball }],
  },
  { name: 'musl', version: versions.musl, license: 'MIT', purl: `pkg:deb/debian/musl@${versions.musl}?arch=source` },
]
