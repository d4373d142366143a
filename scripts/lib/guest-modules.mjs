import { copyFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { installPackage, provideFromTarball, providePackages } from './debian.mjs'
import { capture, path, run } from './repo.mjs'

/** Folders of the kernel's source that contain modules which Debian does not build: drivers of simulated devices, and sockets of XDP. */
const folders = ['drivers/net/netdevsim', 'drivers/vdpa', 'drivers/vhost', 'net/xdp']

/** Makefiles in place of the kernel's, which would build more. */
const makefiles = {
  'drivers/vdpa': 'obj-m := vdpa.o vdpa_sim/',
  'drivers/vdpa/vdpa_sim': 'obj-m := vdpa_sim.o vdpa_sim_net.o',
  'drivers/vhost': 'obj-m := vringh.o',
  'net/xdp': 'obj-m := xsk_diag.o',
  '': `obj-m := ${folders.map((folder) => `${folder}/`).join(' ')}`,
}

const modules = [
  ...['drivers/net/netdevsim/netdevsim.ko', 'drivers/vdpa/vdpa.ko', 'drivers/vhost/vringh.ko'],
  ...['drivers/vdpa/vdpa_sim/vdpa_sim.ko', 'drivers/vdpa/vdpa_sim/vdpa_sim_net.ko'],
  'net/xdp/xsk_diag.ko',
]

/** Packages of the programs that compile them. */
const compilers = { make: 'make', 'gcc-12': 'gcc-12' }

/** Puts the folder in which the headers were unpacked in front of the paths that they contain. */
function relocate(root, release) {
  for (const file of ['Makefile', '.kernelvariables']) {
    const target = join(root, 'usr/src', `linux-headers-${release}`, file)
    writeFileSync(target, readFileSync(target, 'utf8').replaceAll('/usr/src/', `${root}/usr/src/`))
  }
}

/** Compiles the modules with the kernel's headers in `root`, and leaves only the modules there. */
function compile(root, release, source) {
  relocate(root, release)
  const work = join(root, 'build')
  for (const folder of folders) cpSync(join(source, folder), join(work, folder), { recursive: true })
  for (const [folder, text] of Object.entries(makefiles)) writeFileSync(join(work, folder, 'Makefile'), `${text}\n`)
  const headers = join(root, 'usr/src', `linux-headers-${release}`)
  run('make', ['-s', '-C', headers, `M=${work}`, 'CONFIG_NETDEVSIM=m', 'modules'])
  for (const module of modules) copyFileSync(join(work, module), join(root, basename(module)))
  for (const each of readdirSync(root, { withFileTypes: true }))
    if (each.isDirectory()) rmSync(join(root, each.name), { recursive: true })
}

/**
 * Provides modules for the guest's kernel, for tests of devlink, vDPA and sockets of XDP.
 * @throws {Error} if they are unavailable
 */
export function provideModules({ suite, version, release }) {
  const series = version.split('.', 2).join('.')
  const source = path('.cache', 'debian', `module-sources-${version}`)
  const packages = [`linux-headers-${release}`, `linux-headers-${release.replace(/-\w+$/, '-common')}`]
  const absent = Object.entries(compilers).filter(([program]) => capture(program, ['--version']) === undefined)
  const reason =
    absent.map(([, each]) => installPackage(each)).find(Boolean) ??
    provideFromTarball(source, {
      suite,
      package: `linux-source-${series}=${version}`,
      tarball: /^linux-source-.*\.tar\.xz$/,
      folders,
      files: folders,
    }) ??
    providePackages(path('.cache', 'debian', `modules-${version}`), {
      suite,
      packages: [...packages, `linux-kbuild-${series}`].map((each) => `${each}=${version}`),
      files: modules.map((module) => basename(module)),
      prepare: (root) => compile(root, release, source),
    })
  if (reason) throw new Error(`modules for the guest's kernel are unavailable: ${reason}`)
}
