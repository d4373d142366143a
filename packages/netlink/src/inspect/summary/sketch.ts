import { Buffer } from '../../codec/buffer.js'
import { describe } from '../../codec/index.js'
import type { DissectedMessage } from '../../dissect/index.js'
import { linkName, type Names } from '../names.js'
import { flatten } from './flatten.js'
import { isLinkKey } from './link-keys.js'
import { isMembers, type Members, shortly } from './members.js'
import type { Detail, Summary } from './types.js'

const none: Members = {}

/** Keys of attributes that identify an object, the best ones first. */
const IDENTIFYING = [
  ...[
    'ifname',
    'devName',
    'name',
    'familyName',
    'setname',
    'ifindex',
    'devIndex',
    'ifIdx',
    'index',
    'wiphy',
    'busName',
  ],
  ...['id', 'connId', 'port', 'dst', 'label', 'key'],
]

/** Members of headers, and attributes that say little about an object: counters, sizes, padding. */
const LEAST = new Set([
  ...['version', 'cmd', 'resId', 'pad', 'stats', 'stats64', 'stats2', 'cacheinfo', 'family', 'generation', 'userdata'],
  ...['change', 'cookie', 'ops', 'mcastGroups', 'hdrsize', 'maxattr', 'protocol', 'extMask'],
])

/** Collects the parts of a message's summary. */
export class Sketch {
  readonly value: Members
  readonly attrs: Members
  readonly details: Detail[] = []
  name = ''
  namePath: string | undefined

  constructor(
    readonly message: DissectedMessage,
    readonly names: Names,
  ) {
    const { value } = message
    this.value = isMembers(value) ? value : none
    this.attrs = isMembers(this.value.attrs) ? this.value.attrs : none
  }

  get flags(): number {
    return this.message.header?.flags ?? 0
  }

  link(index: unknown): string {
    return typeof index === 'number' ? linkName(index, this.names) : ''
  }

  /** Sets the name, with the path of its attribute. */
  named(name: string, path?: string): void {
    this.name = name
    this.namePath = path
  }

  add(text: string, path?: string): void {
    this.details.push(path === undefined ? { text } : { text, path })
  }

  /** Adds `word value` if the attribute is present. */
  attribute(key: string, word = key): void {
    const value = this.attrs[key]
    if (value !== undefined) this.add(`${word} ${shortly(value)}`.trim(), key)
  }

  /** Adds a link: `dev eth0`. */
  dev(key: string, word = 'dev'): void {
    const index = this.attrs[key]
    if (typeof index === 'number') this.add(`${word} ${this.link(index)}`.trim(), key)
  }

  /** Adds the members and attributes except those in `except`, with the names of constants. Adds at most `limit` parts. */
  rest(except: readonly string[], limit: number): void {
    const { declaration } = this.message
    const skipped = new Set([...except, this.namePath ?? ''])
    const picked = pick(
      this.value,
      (key, value) => key !== 'attrs' && isTelling(value) && !skipped.has(key) && !LEAST.has(key),
    )
    const attrs = pick(this.attrs, (key, value) => value !== undefined && !skipped.has(key) && !LEAST.has(key))
    const chosen = { ...picked, ...(Object.keys(attrs).length > 0 && { attrs }) }
    if (Object.keys(chosen).length === 0) return
    const described = declaration ? describe(declaration, chosen, { secret: () => '(secret)' }) : chosen
    for (const detail of flatten(described as Members, limit, skipped, (key, index) =>
      isLinkKey(key) ? this.link(index) : undefined,
    ))
      this.details.push(detail)
  }

  /** Takes the first attribute that identifies an object as the name. */
  identify(): void {
    const nests: [Members, string][] = [
      [this.attrs, ''],
      [this.value, ''],
      ...Object.entries(this.attrs).flatMap(([key, value]): [Members, string][] =>
        isMembers(value) ? [[value, `${key}.`]] : [],
      ),
    ]
    for (const [members, prefix] of nests)
      for (const key of IDENTIFYING) {
        const value = members[key]
        if (value === undefined || isMembers(value) || Array.isArray(value)) continue
        if (value === 0 && members === this.value) continue
        this.named(isLinkKey(key) || key === 'devIndex' ? this.link(value) : identityOf(key, value), `${prefix}${key}`)
        return
      }
  }

  summary(verb: string, kind: string): Summary {
    const { message, name, namePath, details } = this
    if (message.error) details.push({ text: `unreadable: ${message.error.message}` })
    else if (message.value instanceof Uint8Array) details.push({ text: rawText(message.value) })
    return { verb, kind, name, ...(namePath !== undefined && { namePath }), details }
  }
}

/** An index needs a word in front of it, a name does not. */
const identityOf = (key: string, value: unknown) =>
  typeof value === 'number' || typeof value === 'bigint' ? `${key} ${value}` : shortly(value)

/** False for members of a header that are zero, which mostly means that they are not used. */
const isTelling = (value: unknown) => value !== 0 && value !== undefined && value !== 0n

function pick(members: Members, isPicked: (key: string, value: unknown) => boolean): Members {
  const picked: Record<string, unknown> = {}
  for (const key in members) if (isPicked(key, members[key])) picked[key] = members[key]
  return picked
}

/** Returns the payload of a message without a declaration: as text if it is text, or else the number of bytes. */
function rawText(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'empty'
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').replace(/\0+$/, '')
  if (text.length > 0 && /^[\t\n\x20-\x7e]+$/.test(text)) return JSON.stringify(text.trim())
  return `${bytes.length} bytes`
}
