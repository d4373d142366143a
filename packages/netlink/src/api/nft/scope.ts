import { NFT_SET, NFT_SET_ELEM, type NftSetMessage } from '../../netfilter/index.js'
import { refusal } from '../run/selection.js'
import type { SetScope } from './compile/builder.js'
import { chunks, type NftMessage } from './compile/messages.js'
import { checkUse, type SetUse } from './compile/reference.js'
import { compileStatements } from './compile/rule.js'
import {
  encodeData,
  encodeDesc,
  encodeKey,
  encodeLayout,
  encodeVerdict,
  layoutUserdata,
  type SetLayout,
  type WireElement,
} from './compile/set.js'
import type { WireExpression } from './compile/wire.js'
import { layoutOf } from './decode.js'
import type { Lookup, Statement, VerdictStatement } from './expression/statement.js'
import { isSingle } from './expression/value.js'
import { ruleText } from './text/rule.js'
import { type KnownSet, setText } from './text/values.js'
import { type NftFamily, nftFamilyNumber } from './types/names.js'
import { encodeUserdata } from './types/userdata.js'
import type { NftSetKey } from './types.js'

/** The types of the sets that a transaction adds. */
interface Layouts {
  layout(key: NftSetKey): SetLayout | undefined
}

/** A rule as it is sent. */
export interface CompiledRule {
  /** The sets that belong to it, which are sent before it. */
  readonly sets: readonly NftMessage[]
  readonly expressions: readonly WireExpression[]
  readonly text: () => string
  /** Returns the text of the statement that an attribute belongs to. */
  readonly partOf: (attribute: string) => string | undefined
}

/** State that the messages of one transaction share: numbers of its sets, and the types of sets that were read. */
export class Scope {
  readonly #added: Layouts
  readonly #read: ReadonlyMap<string, NftSetMessage>
  #id = 0

  /** `read` are the sets that exist, by {@link keyOf}. */
  constructor(added: Layouts, read: ReadonlyMap<string, NftSetMessage>) {
    this.#added = added
    this.#read = read
  }

  /** Returns a number for NFTA_SET_ID. */
  nextId(): number {
    return ++this.#id
  }

  /** Returns the types of a set that exists or is added. @throws {NetlinkError} `ENOENT` */
  layout(key: NftSetKey): SetLayout {
    const layout = this.layoutIfThere(key)
    if (layout === undefined)
      throw refusal({
        request: 'NFT_MSG_GETSET',
        code: 'ENOENT',
        object: `set ${keyOf(key)}`,
        explanation: 'no such set',
      })
    return layout
  }

  /** Returns the types of a set; undefined if it does not exist, which the kernel refuses. */
  layoutIfThere(key: NftSetKey): SetLayout | undefined {
    const read = this.#read.get(keyOf(key))
    return this.#added.layout(key) ?? (read && layoutOf(read))
  }

  /** Returns the messages with the elements of a set: as many as they need. */
  elements(
    name: string,
    key: NftSetKey,
    wire: readonly WireElement[],
    options: NftMessage['options'],
    object: string,
  ): NftMessage[] {
    const family = nftFamilyNumber(key.family)
    const { table, name: set } = key
    const layout = this.layout(key)
    return chunks(wire).map((elements) => ({
      ...{ name, family, attrs: { table, set, elements }, options, object },
      partOf: elementIn(layout, elements),
    }))
  }

  /** Compiles a rule. @throws {TypeError} if the table cannot contain it */
  rule(family: NftFamily, table: string, statements: readonly Statement[]): CompiledRule {
    const sets = new RuleSets(this, family, table)
    const { expressions, owners } = compileStatements(family, sets, statements)
    const partOf = (attribute: string) => {
      const [, index] = /^expressions\.elem\.(\d+)/.exec(attribute) ?? []
      if (index === undefined) return undefined
      const owner = owners[Number(index)]
      return ruleText(
        family,
        expressions.filter((_, at) => owners[at] === owner),
        sets.known,
      )
    }
    return { sets: sets.messages, expressions, text: () => ruleText(family, expressions, sets.known), partOf }
  }
}

/** The key of a set in maps. */
export const keyOf = ({ family = 'inet', table, name }: NftSetKey) => `${family} ${table} ${name}`

/** The sets of one rule. */
class RuleSets implements SetScope {
  readonly #scope: Scope
  readonly #family: NftFamily
  readonly #table: string
  readonly messages: NftMessage[] = []
  /** For the text of the rule: by their numbers, because all have one name before the kernel adds them. */
  readonly known = new Map<number, KnownSet>()

  constructor(scope: Scope, family: NftFamily, table: string) {
    this.#scope = scope
    this.#family = family
    this.#table = table
  }

  isInterval(name: string, use: SetUse): boolean {
    const layout = this.#scope.layoutIfThere({ family: this.#family, table: this.#table, name })
    if (layout === undefined) return false
    checkUse(name, layout, use)
    return layout.interval
  }

  anonymous(layout: SetLayout, { elements }: Extract<Lookup<unknown>, { elements: unknown }>) {
    const id = this.#scope.nextId()
    // The kernel replaces %d by a number.
    const set = layout.data === undefined ? '__set%d' : '__map%d'
    const interval = elements.some(({ key }) => !key.every(isSingle))
    const wire = elements.flatMap(({ key, data }) => encodeKey(layout, key, dataOf(layout, data)))
    const family = nftFamilyNumber(this.#family)
    const table = this.#table
    const desc = encodeDesc(layout, interval ? undefined : elements.length)
    const userdata = encodeUserdata(layoutUserdata(layout))
    const attrs = {
      ...{ table, name: set, id, ...encodeLayout(layout, NFT_SET.ANONYMOUS | NFT_SET.CONSTANT) },
      ...(desc && { desc }),
      ...(userdata && { userdata }),
    }
    const object = `set of a rule in ${this.#family} ${table}`
    this.messages.push({ name: 'NFT_MSG_NEWSET', family, attrs, options: { create: true }, object })
    for (const list of chunks(wire))
      this.messages.push({
        ...{ name: 'NFT_MSG_NEWSETELEM', family, options: { create: true }, object },
        ...{ attrs: { table, set, setId: id, elements: list }, partOf: elementIn(layout, list) },
      })
    this.known.set(id, { layout, elements: wire })
    return { set, setId: id }
  }
}

/** Returns the function that describes the element of an attribute. Its index differs from the caller's: an interval is two elements. */
const elementIn = (layout: SetLayout, elements: readonly WireElement[]) => (attribute: string) => {
  const [, index] = /^elements\.(\d+)/.exec(attribute) ?? []
  if (index === undefined) return undefined
  const isEnd = (at: number) => ((elements[at]?.flags ?? 0) & NFT_SET_ELEM.INTERVAL_END) !== 0
  const start = isEnd(Number(index)) ? Number(index) - 1 : Number(index)
  const range = elements.slice(start, isEnd(start + 1) ? start + 2 : start + 1)
  return setText({ layout, elements: range }, layout.types)
}

function dataOf({ data }: SetLayout, value: unknown): Pick<WireElement, 'data'> {
  if (data === undefined) return {}
  if (data === 'verdict') return { data: encodeVerdict(value as VerdictStatement) }
  return { data: { value: encodeData(data, value as readonly Buffer[]) } }
}
