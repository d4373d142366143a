import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const system = '/etc/apt'

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '')

/** Parses the one-line format: `deb [signed-by=KEYRING] URI SUITE COMPONENT…` */
function fromList(text) {
  return [...text.matchAll(/^deb(?:\s+\[([^\]]*)\])?\s+(\S+)\s+(\S+)\s/gm)].map(([, options = '', uri, suite]) => {
    return { uri, suite, signedBy: /signed-by=(\S+)/.exec(options)?.[1] }
  })
}

/** Parses the deb822 format: stanzas of `Key: value` lines. */
function fromStanzas(text) {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const value = (key) => new RegExp(`^${key}:[ \\t]*(.+)$`, 'm').exec(stanza)?.[1].trim()
    if (!value('Types')?.split(/\s+/).includes('deb')) return []
    return [
      { uri: value('URIs')?.split(/\s+/)[0], suite: value('Suites')?.split(/\s+/)[0], signedBy: value('Signed-By') },
    ]
  })
}

/** Returns Debian's main archive as this machine is configured to use it: mirror, keyring, and the machine's suite. */
export function mirror() {
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
