import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
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

const hasAll = (folder, files) => files.every((file) => existsSync(join(folder, file)))

/** Puts what was unpacked in its place, whole. If someone else did so meanwhile, theirs may be in use, and stays. */
function settle(root, target, files) {
  const lacks = files.find((file) => !existsSync(join(root, file)))
  if (lacks) return `expected ${lacks} in it, which is not there`
  mkdirSync(dirname(target), { recursive: true })
  try {
    renameSync(root, target)
  } catch {
    if (hasAll(target, files)) return undefined
    rmSync(target, { recursive: true, force: true })
    renameSync(root, target)
  }
  return undefined
}

/**
 * Packages of Debian's, unpacked into `target` unless `files` are there. Returns why they are not to be had, if so.
 * @param packages as apt takes them: `name`, `name=version`, `name:architecture=version`
 * @param prepare adds to what was unpacked, before it is put in its place
 */
export function providePackages(target, { suite, packages, files, prepare }) {
  if (hasAll(target, files)) return undefined
  console.log(`fetching ${packages.join(', ')}`)
  const architectures = packages.flatMap((name) => /:(\w+)/.exec(name)?.[1] ?? [])
  return withArchive({ kind: 'deb', suite, architectures }, (apt, work, root) => {
    if (!apt('download', ...packages)) return 'apt-get download failed'
    for (const file of readdirSync(work).filter((name) => name.endsWith('.deb')))
      if (!run('dpkg', ['-x', join(work, file), root])) return `dpkg -x ${file} failed`
    prepare?.(root)
    return settle(root, target, files)
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
 * @param sha256 of the tarball
 */
export function provideSource(target, { suite, name, version, sha256, files }) {
  if (hasAll(target, files)) return undefined
  console.log(`fetching the source of ${name}=${version}`)
  const { reason, env } = withXz()
  return (
    reason ??
    withArchive({ kind: 'deb-src', suite }, (apt, work, root) => {
      if (!apt('source', '--download-only', '--only-source', `${name}=${version}`)) return 'apt-get source failed'
      const tarball = readdirSync(work).find((file) => /\.orig\.tar\.\w+$/.test(file))
      if (!tarball) return 'it has no tarball of its authors'
      const found = createHash('sha256')
        .update(readFileSync(join(work, tarball)))
        .digest('hex')
      if (found !== sha256) return `${tarball}: expected the checksum ${sha256}, got ${found}`
      if (!run('tar', ['-xf', join(work, tarball), '-C', root, '--strip-components=1', '--no-same-owner'], { env }))
        return `unpacking ${tarball} failed`
      return settle(root, target, files)
    })
  )
}

/** How long another apt or dpkg may be at work, in seconds. */
const patience = 1800

/**
 * Runs apt-get on the system's own packages; waits for as long as another one holds a lock. DPkg::Lock::Timeout would do for dpkg's
 * locks, but neither for that of the package lists nor for that of what was downloaded.
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
