import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { mirror } from './debian-mirror.mjs'
import { capture, path, run } from './repo.mjs'
import { isIntact, sealFolder, sha256 } from './seal.mjs'

/**
 * Has `use` call apt on one suite of Debian's archive, in a folder that is gone afterwards. apt works on a source list and
 * state of its own: nothing is installed, and the system's lists stay as they are. Returns why it did not work, if it did not.
 * @param kind `deb` for packages, `deb-src` for sources
 * @param suite the machine's own where it is left out
 */
function withArchive({ kind, suite, architectures = [] }, use) {
  const source = mirror()
  if (!source) return 'this is not Debian, or its package sources name no mirror of Debian'
  mkdirSync(path('.cache'), { recursive: true })
  const work = mkdtempSync(path('.cache', 'apt-'))
  try {
    const keyring = source.signedBy?.startsWith('/') ? ` [signed-by=${source.signedBy}]` : ''
    writeFileSync(join(work, 'sources.list'), `${kind}${keyring} ${source.uri} ${suite ?? source.suite} main\n`)
    for (const folder of ['lists/partial', 'cache/archives/partial', 'root'])
      mkdirSync(join(work, folder), { recursive: true })
    const settings = [
      `Dir::Etc::SourceList=${work}/sources.list`,
      'Dir::Etc::SourceParts=/dev/null',
      `Dir::State::Lists=${work}/lists`,
      `Dir::Cache=${work}/cache`,
      'Acquire::Languages=none',
      'Acquire::Retries=2',
      // apt would hand its downloads to a user of its own, who may not read a folder of ours.
      `APT::Sandbox::User=root`,
      ...architectures.map((name) => `APT::Architectures::=${name}`),
    ].flatMap((setting) => ['-o', setting])
    const apt = (...args) => run('apt-get', ['-qq', ...settings, ...args], { cwd: work })
    return apt('update') ? use(apt, work, join(work, 'root')) : 'apt-get update failed'
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

const pinnedIn = (seal) => (seal === true ? undefined : seal)

/** True if `files` are in a folder and, if it is sealed, all of it is as it was fetched. */
function isThere(folder, files, seal) {
  if (!files.every((file) => existsSync(join(folder, file)))) return false
  return !seal || isIntact(folder, pinnedIn(seal))
}

/** Moves the unpacked folder into place. If another process was faster, its folder may be in use, and stays. */
function settle(root, target, files, seal) {
  const lacks = files.find((file) => !existsSync(join(root, file)))
  if (lacks) return `expected ${lacks} in it, which is not there`
  const found = seal && sealFolder(root)
  const pinned = pinnedIn(seal)
  if (pinned && found !== pinned) return `expected files with the checksum ${pinned}, got ${found}`
  mkdirSync(dirname(target), { recursive: true })
  try {
    renameSync(root, target)
  } catch {
    if (isThere(target, files, seal)) return undefined
    rmSync(target, { recursive: true, force: true })
    renameSync(root, target)
  }
  return undefined
}

/** Announces a download, and says so if it replaces files that changed since they were fetched. */
function announce(what, target) {
  if (existsSync(target)) console.error(`! ${target} is not as it was fetched`)
  console.log(`fetching ${what}`)
}

/**
 * Packages of Debian's, unpacked into `target` unless `files` are there. Returns why they are not to be had, if so.
 * @param packages as apt takes them: `name`, `name=version`, `name:architecture=version`
 * @param prepare adds to what was unpacked, before it is put in its place
 * @param seal true to verify all files each time, and to fetch them again if one of them changed; or the checksum of their seal
 */
export function providePackages(target, { suite, packages, files, prepare, seal }) {
  if (isThere(target, files, seal)) return undefined
  announce(packages.join(', '), target)
  const architectures = packages.flatMap((name) => /:(\w+)/.exec(name)?.[1] ?? [])
  return withArchive({ kind: 'deb', suite, architectures }, (apt, work, root) => {
    if (!apt('download', ...packages)) return 'apt-get download failed'
    for (const file of readdirSync(work).filter((name) => name.endsWith('.deb')))
      if (!run('dpkg', ['-x', join(work, file), root])) return `dpkg -x ${file} failed`
    prepare?.(root)
    return settle(root, target, files, seal)
  })
}

/** An environment whose PATH leads to xz: dpkg does without the program, tar does not. */
function withXz() {
  if (capture('xz', ['--version'])) return { env: process.env }
  const folder = path('.cache', 'debian', 'xz-utils')
  const reason = providePackages(folder, { packages: ['xz-utils'], files: ['usr/bin/xz'] })
  return { reason, env: { ...process.env, PATH: `${join(folder, 'usr', 'bin')}:${process.env.PATH}` } }
}

/**
 * A program's source as its authors published it, from a source package of Debian's, unpacked into `target` unless `files` are
 * there. Returns why it is not to be had, if so.
 * @param tarball its checksum
 * @param seal as for packages
 */
export function provideSource(target, { suite, name, version, tarball, files, seal }) {
  if (isThere(target, files, seal)) return undefined
  announce(`the source of ${name}=${version}`, target)
  const { reason, env } = withXz()
  return (
    reason ??
    withArchive({ kind: 'deb-src', suite }, (apt, work, root) => {
      if (!apt('source', '--download-only', '--only-source', `${name}=${version}`)) return 'apt-get source failed'
      const file = readdirSync(work).find((each) => /\.orig\.tar\.\w+$/.test(each))
      if (!file) return 'it has no tarball of its authors'
      const found = sha256(readFileSync(join(work, file)))
      if (found !== tarball) return `${file}: expected the checksum ${tarball}, got ${found}`
      if (!run('tar', ['-xf', join(work, file), '-C', root, '--strip-components=1', '--no-same-owner'], { env }))
        return `unpacking ${file} failed`
      return settle(root, target, files, seal)
    })
  )
}

/** Longest wait for another apt or dpkg, in seconds. */
const patience = 1800

/**
 * Runs apt-get on the system's own packages, and waits while another process holds a lock. DPkg::Lock::Timeout covers dpkg's locks,
 * but not those of the package lists and of the downloads.
 */
function systemApt(...args) {
  const env = { ...process.env, LC_ALL: 'C' }
  for (let second = 0; ; second++) {
    const { status, stderr } = spawnSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'inherit', 'pipe'], env })
    const complaint = stderr?.toString() ?? ''
    const lock = /.*(?:Could not get lock|lock was locked by another process).*/.exec(complaint)?.[0]
    if (status === 0 || lock === undefined || second >= patience) {
      process.stderr.write(complaint)
      return status === 0
    }
    if (second === 0) console.log(`waiting for another apt to end: ${lock}`)
    spawnSync('sleep', ['1'])
  }
}

/** Installs a package of the system's own suite; returns why it did not work, if it did not. */
export function installPackage(name) {
  if (process.getuid() !== 0) return 'installing it needs root'
  if (!capture('apt-get', ['--version'])) return 'there is no apt-get'
  console.log(`installing ${name}`)
  const install = () => systemApt('install', '-y', '--no-install-recommends', name)
  return install() || (systemApt('update') && install()) ? undefined : 'apt-get install failed'
}
