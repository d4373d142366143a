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
import { join } from 'node:path'
import { capture, path, run } from './repo.mjs'

const system = '/etc/apt'

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '')

/** The one-line format: `deb [signed-by=KEYRING] URI SUITE COMPONENT…` */
function fromList(text) {
  return [...text.matchAll(/^deb(?:\s+\[([^\]]*)\])?\s+(\S+)\s+(\S+)\s/gm)].map(([, options = '', uri, suite]) => {
    return { uri, suite, signedBy: /signed-by=(\S+)/.exec(options)?.[1] }
  })
}

/** The deb822 format: stanzas of `Key: value` lines. */
function fromStanzas(text) {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const value = (key) => new RegExp(`^${key}:[ \\t]*(.+)$`, 'm').exec(stanza)?.[1].trim()
    if (!value('Types')?.split(/\s+/).includes('deb')) return []
    return [
      { uri: value('URIs')?.split(/\s+/)[0], suite: value('Suites')?.split(/\s+/)[0], signedBy: value('Signed-By') },
    ]
  })
}

/** Debian's main archive as this machine reaches it: mirror and keyring, whatever the suite. */
function archive() {
  if (!/^ID="?debian"?$/m.test(read('/etc/os-release'))) return undefined
  const parts = join(system, 'sources.list.d')
  const files = (existsSync(parts) ? readdirSync(parts) : []).map((name) => join(parts, name))
  const sources = [join(system, 'sources.list'), ...files].flatMap((file) => {
    if (file.endsWith('.list')) return fromList(read(file))
    return file.endsWith('.sources') ? fromStanzas(read(file)) : []
  })
  return sources.find(
    ({ uri, suite }) => /\/debian\/?$/.test(uri ?? '') && !/security|updates|backports/.test(suite ?? ''),
  )
}

/**
 * Unpacks packages of Debian's unstable suite into `target`. apt works on a source list and state of its own: nothing is
 * installed, and the system's lists stay as they are. Returns why it did not work, if it did not.
 */
export function unpackFromSid(target, packages) {
  const source = archive()
  if (!source) return 'this is not Debian, or its package sources name no mirror of Debian'
  mkdirSync(path('.cache'), { recursive: true })
  const work = mkdtempSync(path('.cache', 'sid-'))
  try {
    const keyring = source.signedBy?.startsWith('/') ? ` [signed-by=${source.signedBy}]` : ''
    writeFileSync(join(work, 'sources.list'), `deb${keyring} ${source.uri} sid main\n`)
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
    ].flatMap((setting) => ['-o', setting])
    if (!run('apt-get', ['-qq', ...settings, 'update'])) return 'apt-get update failed'
    if (!run('apt-get', ['-qq', ...settings, 'download', ...packages], { cwd: work })) return 'apt-get download failed'
    for (const file of readdirSync(work).filter((name) => name.endsWith('.deb')))
      if (!run('dpkg', ['-x', join(work, file), join(work, 'root')])) return `dpkg -x ${file} failed`
    rmSync(target, { recursive: true, force: true })
    renameSync(join(work, 'root'), target)
    return undefined
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Unpacks a package of the system's own suite into `target`, without installing it; returns why it did not work, if it did not. */
export function unpackPackage(target, name) {
  const work = mkdtempSync(path('.cache', 'unpack-'))
  try {
    // apt would hand its download to a user of its own, who may not read a folder of ours.
    const settings = ['-qq', '-o', 'APT::Sandbox::User=root']
    if (!run('apt-get', [...settings, 'download', name], { cwd: work })) return 'apt-get download failed'
    const [file = ''] = readdirSync(work)
    if (!run('dpkg', ['-x', join(work, file), join(work, 'root')])) return `dpkg -x ${file} failed`
    rmSync(target, { recursive: true, force: true })
    renameSync(join(work, 'root'), target)
    return undefined
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** What a package that holds nothing itself stands for, such as the current kernel; undefined if apt knows no such package. */
export const stoodFor = (name) =>
  /Depends: (\S+)/.exec(capture('apt-cache', ['depends', '--important', name]) ?? '')?.[1]

/** Installs a package of the system's own suite; returns why it did not work, if it did not. */
export function installPackage(name) {
  if (process.getuid() !== 0) return 'installing it needs root'
  if (!capture('apt-get', ['--version'])) return 'there is no apt-get'
  const install = () => run('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', name])
  return install() || (run('apt-get', ['-qq', 'update']) && install()) ? undefined : 'apt-get install failed'
}
