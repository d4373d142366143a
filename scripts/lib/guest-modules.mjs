import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installPackage, provideFromTarball, providePackages } from './debian.mjs'
import { capture, path, run } from './repo.mjs'

/** The driver of simulated devices, which Debian does not build. Its source is in Debian's source of the kernel. */
const name = 'netdevsim'

/** Packages of the programs that compile it. */
const compilers = { make: 'make', 'gcc-12': 'gcc-12' }

/** Puts the folder in which the headers were unpacked in front of the paths that they contain. */
function relocate(root, release) {
  for (const file of ['Makefile', '.kernelvariables']) {
    const target = join(root, 'usr/src', `linux-headers-${release}`, file)
    writeFileSync(target, readFileSync(target, 'utf8').replaceAll('/usr/src/', `${root}/usr/src/`))
  }
}

/** Compiles the driver with the kernel's headers in `root`, and leaves only the module there. */
function compile(root, release, source) {
  relocate(root, release)
  const folder = join(root, name)
  mkdirSync(folder)
  for (const file of readdirSync(source, { withFileTypes: true }))
    if (file.isFile()) copyFileSync(join(source, file.name), join(folder, file.name))
  const headers = join(root, 'usr/src', `linux-headers-${release}`)
  run('make', ['-s', '-C', headers, `M=${folder}`, 'CONFIG_NETDEVSIM=m', 'modules'])
  copyFileSync(join(folder, `${name}.ko`), join(root, `${name}.ko`))
  for (const each of ['usr', 'lib', name]) rmSync(join(root, each), { recursive: true, force: true })
}

/**
 * Provides the module netdevsim for the guest's kernel, for tests of devlink.
 * @throws {Error} if it is unavailable
 */
export function provideNetdevsim({ suite, version, release }) {
  const series = version.split('.', 2).join('.')
  const source = path('.cache', 'debian', `${name}-source-${version}`)
  const packages = [`linux-headers-${release}`, `linux-headers-${release.replace(/-\w+$/, '-common')}`]
  const absent = Object.entries(compilers).filter(([program]) => capture(program, ['--version']) === undefined)
  const reason =
    absent.map(([, each]) => installPackage(each)).find(Boolean) ??
    provideFromTarball(source, {
      suite,
      package: `linux-source-${series}=${version}`,
      tarball: /^linux-source-.*\.tar\.xz$/,
      folder: 'drivers/net/netdevsim',
      files: ['dev.c'],
    }) ??
    providePackages(path('.cache', 'debian', `${name}-${version}`), {
      suite,
      packages: [...packages, `linux-kbuild-${series}`].map((each) => `${each}=${version}`),
      files: [`${name}.ko`],
      prepare: (root) => compile(root, release, source),
    })
  if (reason) throw new Error(`the module ${name} is unavailable: ${reason}`)
}
