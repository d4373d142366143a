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
 * Calls `use` with a function that runs apt on one suite of Debian's archive. apt gets a source list and its own state in a
 * temporary folder: nothing is installed, and the system's lists stay unchanged. Returns the reason if it fails, or undefined.
 * @param kind `deb` for packages, `deb-src` for sources
 * @param suite the machine's own by default
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
      // By default apt downloads as its own user, which cannot read our folder.
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

/** True if `files` are in a folder and, if it is sealed, the folder is unchanged since it was fetched. */
function isComplete(folder, files, seal) {
  if (!files.every((file) => existsSync(join(folder, file)))) return false
  return !seal || isIntact(folder, pinnedIn(seal))
}

/** Moves the unpacked folder into place. If another process was faster, keeps that process's folder, which may be in use. */
function moveIntoPlace(root, target, files, seal) {
  const missing = files.find((file) => !existsSync(join(root, file)))
  if (missing) return `it does not contain ${missing}`
  const found = seal && sealFolder(root)
  const pinned = pinnedIn(seal)
  if (pinned && found !== pinned) return `expected files with the checksum ${pinned}, got ${found}`
  mkdirSync(dirname(target), { recursive: true })
  try {
    renameSync(root, target)
  } catch {
    if (isComplete(target, files, seal)) return undefined
    rmSync(target, { recursive: true, force: true })
    renameSync(root, target)
  }
  return undefined
}

/** Prints that a download starts, and if it replaces files that changed since they were fetched. */
function announce(what, target) {
  if (existsSync(target)) console.error(`! ${target} changed since it was fetched`)
  console.log(`fetching ${what}`)
}

/**
 * Unpacks packages of Debian into `target`, unless `files` are there. Returns the reason if they are unavailable, or undefined.
 * @param packages as apt accepts them: `name`, `name=version`, `name:architecture=version`
 * @param prepare adds files to the unpacked ones before the folder is moved into place
 * @param seal true to verify all files on each call and to fetch them again if one changed; or the checksum of their seal
 */
export function providePackages(target, { suite, packages, files, prepare, seal }) {
  if (isComplete(target, files, seal)) return undefined
  announce(packages.join(', '), target)
  const architectures = packages.flatMap((name) => /:(\w+)/.exec(name)?.[1] ?? [])
  return withArchive({ kind: 'deb', suite, architectures }, (apt, work, root) => {
    if (!apt('download', ...packages)) return 'apt-get download failed'
    for (const file of readdirSync(work).filter((name) => name.endsWith('.deb')))
      if (!run('dpkg', ['-x', join(work, file), root])) return `dpkg -x ${file} failed`
    prepare?.(root)
    return moveIntoPlace(root, target, files, seal)
  })
}

/** Returns an environment whose PATH contains xz. dpkg works without the program, tar does not. */
function withXz() {
  if (capture('xz', ['--version'])) return { env: process.env }
  const folder = path('.cache', 'debian', 'xz-utils')
  const reason = providePackages(folder, { packages: ['xz-utils'], files: ['usr/bin/xz'] })
  return { reason, env: { ...process.env, PATH: `${join(folder, 'usr', 'bin')}:${process.env.PATH}` } }
}

/**
 * Unpacks a program's original source, from a source package of Debian, into `target`, unless `files` are there. Returns the reason
 * if it is unavailable, or undefined.
 * @param tarball its checksum
 * @param seal as for packages
 */
export function provideSource(target, { suite, name, version, tarball, files, seal }) {
  if (isComplete(target, files, seal)) return undefined
  announce(`the source of ${name}=${version}`, target)
  const { reason, env } = withXz()
  return (
    reason ??
    withArchive({ kind: 'deb-src', suite }, (apt, work, root) => {
      if (!apt('source', '--download-only', '--only-source', `${name}=${version}`)) return 'apt-get source failed'
      const file = readdirSync(work).find((each) => /\.orig\.tar\.\w+$/.test(each))
      if (!file) return 'it contains no tarball of the authors'
      const found = sha256(readFileSync(join(work, file)))
      if (found !== tarball) return `${file}: expected the checksum ${tarball}, got ${found}`
      if (!run('tar', ['-xf', join(work, file), '-C', root, '--strip-components=1', '--no-same-owner'], { env }))
        return `unpacking ${file} failed`
      return moveIntoPlace(root, target, files, seal)
    })
  )
}

/**
 * Unpacks some folders of a tarball that a package of Debian contains into `target`, unless `files` are there. Returns the reason if they
 * are unavailable, or undefined.
 * @param package a pattern of apt that matches one package: its name may contain a version
 * @param tarball a pattern of the file's name in /usr/src
 * @param folders the folders to unpack, below the tarball's own
 */
export function provideFromTarball(target, { suite, package: name, tarball, folders, files }) {
  if (isComplete(target, files)) return undefined
  announce(name, target)
  const { reason, env } = withXz()
  return (
    reason ??
    withArchive({ kind: 'deb', suite }, (apt, work, root) => {
      if (!apt('download', name)) return 'apt-get download failed'
      const [deb] = readdirSync(work).filter((file) => file.endsWith('.deb'))
      if (!run('dpkg', ['-x', join(work, deb), join(work, 'unpacked')])) return `dpkg -x ${deb} failed`
      const sources = join(work, 'unpacked', 'usr', 'src')
      const file = readdirSync(sources).find((each) => tarball.test(each))
      if (!file) return `${deb} contains no such tarball: ${tarball}`
      const options = ['-C', root, '--strip-components=1', '--no-same-owner', '--wildcards']
      if (!run('tar', ['-xf', join(sources, file), ...options, ...folders.map((each) => `*/${each}`)], { env }))
        return `unpacking ${file} failed`
      return moveIntoPlace(root, target, files)
    })
  )
}

/** Longest wait for another apt or dpkg, in seconds. */
const longestWait = 1800

/**
 * Runs apt-get on the system's own packages. Waits while another process holds a lock: DPkg::Lock::Timeout covers dpkg's locks, but
 * not those of the package lists and of the downloads.
 */
function systemApt(...args) {
  const env = { ...process.env, LC_ALL: 'C' }
  for (let second = 0; ; second++) {
    const { status, stderr } = spawnSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'inherit', 'pipe'], env })
    const complaint = stderr?.toString() ?? ''
    const lock = /.*(?:Could not get lock|lock was locked by another process).*/.exec(complaint)?.[0]
    if (status === 0 || lock === undefined || second >= longestWait) {
      process.stderr.write(complaint)
      return status === 0
    }
    if (second === 0) console.log(`waiting for another apt to end: ${lock}`)
    spawnSync('sleep', ['1'])
  }
}

/** Installs a package of the system's own suite. Returns the reason if it fails, or undefined. */
export function installPackage(name) {
  if (process.getuid() !== 0) return 'installing it needs root'
  if (!capture('apt-get', ['--version'])) return 'there is no apt-get'
  console.log(`installing ${name}`)
  const install = () => systemApt('install', '-y', '--no-install-recommends', name)
  return install() || (systemApt('update') && install()) ? undefined : 'apt-get install failed'
}
