import { Buffer } from '../../codec/buffer.js'
import type { NumberNames } from '../../codec/index.js'
import type { DissectedMessage } from '../../dissect/index.js'
import { type Options, Placeholder, phrasesFor, type Word } from '../again/command/words.js'
import { Members as Unread } from '../again/members.js'
import { type SaidRequest, saidOf } from '../again/request-of.js'
import { withoutSecrets } from '../again/without-secrets.js'
import { wordIn } from '../again/words.js'
import { linkName, type Names } from '../names.js'
import { redactor } from '../redact.js'
import { quantity } from '../value-text.js'
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
  ...['change', 'cookie', 'ops', 'mcastGroups', 'hdrsize', 'maxattr', 'protocol', 'extMask', 'devIndex'],
])

/** Collects the parts of a message's summary. */
export class Sketch {
  readonly value: Members
  readonly attrs: Members
  readonly details: Detail[] = []
  /** Paths of the attributes that details show already. */
  readonly #shown = new Set<string>()
  #said: SaidRequest | undefined
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

  /** The message as the functions that print commands read it. Links without a name are `#7`. */
  get said(): SaidRequest {
    this.#said ??= this.#saying()
    return this.#said
  }

  #saying(): SaidRequest {
    const { names, message } = this
    // Messages of routes and links contain no keys.
    const value = message.protocol === 'NETLINK_ROUTE' ? this.value : withoutSecrets(message)
    const named = { ...names, link: (index: number) => linkName(index, names) }
    return saidOf(message, named, isMembers(value) ? value : none)
  }

  /**
   * Adds the members of a value that an option of iproute2 sets, in its words: `mode active-backup`. `path` is that of the value. What
   * no option sets is left for {@link rest}. `header` are the members of the header if they are nested.
   */
  phrases(value: unknown, options: Options, path = '', header?: Members): void {
    const said = header === undefined ? this.said : { ...this.said, value: header }
    const members = value === this.attrs ? this.said.attrs : value
    for (const { key, words } of phrasesFor(new Unread(members), options, said)) {
      const full = path === '' ? key : `${path}.${key}`
      this.words(words, full)
      this.shown(full)
    }
  }

  /** Adds words of a command. */
  words(words: readonly Word[], path: string): void {
    if (words.length > 0) this.add(words.map(wordText).join(' '), path)
  }

  /** Marks an attribute as shown: {@link rest} leaves it out. */
  shown(path: string): void {
    this.#shown.add(path)
  }

  /** Adds a link: `dev eth0`. */
  dev(key: string, word = 'dev'): void {
    const index = this.attrs[key]
    if (typeof index === 'number') this.add(`${word} ${this.link(index)}`.trim(), key)
  }

  /** Adds the members and attributes except those in `except`, with the names of constants. Adds at most `limit` parts. */
  rest(except: readonly string[], limit: number): void {
    const skipped = new Set([...except, ...this.#shown, this.namePath ?? ''])
    const isPicked = (key: string) => !skipped.has(key) && !LEAST.has(key)
    const header = Object.keys(this.value).filter(
      (key) => key !== 'attrs' && isTelling(this.value[key]) && isPicked(key),
    )
    const attrs = Object.keys(this.attrs).filter((key) => this.attrs[key] !== undefined && isPicked(key))
    if (header.length + attrs.length === 0) return
    const described = this.#described()
    const chosen = { ...pick(described, header), ...pick(described.attrs, attrs) }
    for (const detail of flatten(chosen, limit, skipped, (key, value) => this.#renamed(key, value)))
      this.details.push(detail)
  }

  /** Returns the name of a link if a number is its index. */
  #renamed(key: string, value: unknown): string | undefined {
    if (typeof value !== 'number') return undefined
    // For ethtool and tc, `link` is something else.
    const isLink = isLinkKey(key) && (key !== 'link' || this.message.type.endsWith('LINK'))
    return isLink ? this.link(value) : undefined
  }

  /** Returns the value with words for its numbers. It is whole, because the meaning of an attribute may depend on others. */
  #described(): Members {
    const { declaration } = this.message
    if (declaration === undefined) return this.value
    return redactor.describe(this.message, { word: shortWord, notations: true }) as Members
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

const wordText = (word: Word) => (word instanceof Placeholder ? '(secret)' : shortly(word))

/** An index needs a word in front of it, a name does not. */
const identityOf = (key: string, value: unknown) =>
  typeof value === 'number' || typeof value === 'bigint' ? `${key} ${value}` : shortly(value)

/** False for members of a header that are zero, which mostly means that they are not used. */
const isTelling = (value: unknown) => value !== 0 && value !== undefined && value !== 0n

const pick = (members: unknown, keys: readonly string[]): Members =>
  isMembers(members) ? Object.fromEntries(keys.map((key) => [key, members[key]])) : none

/** Returns names without their prefix: `active-backup` for BOND_MODE_ACTIVEBACKUP, `up|lower_up` for flags. */
function shortWord(words: string, value: unknown, names?: NumberNames): string {
  if (names?.type === 'enum' && (typeof value === 'number' || typeof value === 'bigint'))
    for (const family of names.families) {
      const word = wordIn(family, value)
      if (typeof word === 'string') return word
    }
  if (words.startsWith('"')) return JSON.parse(words)
  // A quantity, such as `15dBm`, and public keys.
  if (quantity.test(words) || words.endsWith('=')) return words
  // The kernel names some bits in mixed case: `10baseT_Half_BIT`. Bits without a name are hexadecimal.
  return /[a-z]/.test(words.replace(/\b0x[\da-f]+/g, '')) ? words.replaceAll('_BIT', '') : words.toLowerCase()
}

/** Returns the payload of a message without a declaration: as text if it is text, or else the number of bytes. */
function rawText(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'empty'
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').replace(/\0+$/, '')
  if (text.length > 0 && /^[\t\n\x20-\x7e]+$/.test(text)) return JSON.stringify(text.trim())
  return `${bytes.length} bytes`
}
