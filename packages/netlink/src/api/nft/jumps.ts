import { NFPROTO, NFT, NFT_DATA, type NftRuleMessage } from '../../netfilter/index.js'
import type { Operation } from '../run/operation.js'
import type { NftMessage } from './compile/messages.js'
import type { WireElement } from './compile/set.js'
import type { WireExpression } from './compile/wire.js'
import { dumpNft, readElements } from './read.js'

// Jumps among the chains of a table, to explain why the kernel refused one. It reports no chain.

/** Chains that a packet can visit one in another: NFT_JUMP_STACK_SIZE, net/netfilter/nf_tables.h */
const MOST_JUMPS = 16

/** Chains by the chain whose rules continue there. */
type Jumps = Map<string, Set<string>>

interface Verdict {
  readonly verdict?: { readonly code?: number; readonly chain?: string }
}

const chainOf = ({ verdict }: Verdict = {}): string[] =>
  verdict?.chain !== undefined && (verdict.code === NFT.JUMP || verdict.code === NFT.GOTO) ? [verdict.chain] : []

/** Chains in verdict maps, by the name or number of the map. */
type Maps = ReadonlyMap<string | number, readonly string[]>

const chainsIn = (elements: readonly WireElement[]) => elements.flatMap(({ data }) => chainOf(data as Verdict))

interface LookupData {
  readonly set?: string
  readonly setId?: number
  readonly dreg?: number
}

/** Returns the chains that expressions continue with. */
function targetsOf(expressions: readonly WireExpression[], maps: Maps): string[] {
  return expressions.flatMap(({ name, data }) => {
    if (name === 'immediate') return chainOf((data as { data?: Verdict }).data)
    if (name !== 'lookup') return []
    const { set = '', setId } = data as LookupData
    return maps.get(setId ?? set) ?? []
  })
}

interface Attributes {
  readonly table?: string
  readonly chain?: string
  readonly handle?: bigint
  readonly set?: string
  readonly setId?: number
  readonly elements?: readonly WireElement[]
  readonly expressions?: { readonly elem?: readonly WireExpression[] }
}

interface Table {
  readonly family: number
  readonly table: string
  /** The messages of the transaction that concern it, up to the one that was refused. */
  readonly changes: readonly NftMessage[]
}

const attrsOf = ({ attrs }: NftMessage) => attrs as Attributes

/** Reads the verdict maps of a table, and adds those of the transaction. */
function* mapsOf({ family, table, changes }: Table): Operation<Maps> {
  const maps = new Map<string | number, readonly string[]>()
  for (const { attrs, family: own } of yield* dumpNft('NFT_MSG_GETSET', NFPROTO.UNSPEC, {})) {
    const { name = '' } = attrs
    if (own === family && attrs.table === table && attrs.dataType === NFT_DATA.VERDICT)
      maps.set(name, chainsIn(yield* readElements(family, table, name)))
  }
  for (const { set = '', setId, elements = [] } of changes.map(attrsOf)) {
    const key = setId ?? set
    maps.set(key, [...(maps.get(key) ?? []), ...chainsIn(elements)])
  }
  return maps
}

/** Returns the rules of a table as they were after a message of the transaction. */
function rulesAfter(read: readonly NftRuleMessage[], { changes }: Table): Attributes[] {
  const removed = changes.filter(({ name }) => /^NFT_MSG_(DEL|DESTROY)RULE$/.test(name)).map(attrsOf)
  const added = changes.filter(({ name }) => name === 'NFT_MSG_NEWRULE').map(attrsOf)
  const gone = [...removed, ...added.filter(({ handle }) => handle !== undefined)]
  const isThere = ({ attrs }: NftRuleMessage) =>
    !gone.some(({ chain, handle }) => chain === attrs.chain && (handle === undefined || handle === attrs.handle))
  return [...read.filter(isThere).map(({ attrs }) => attrs as Attributes), ...added]
}

function* jumpsIn(table: Table): Operation<Jumps> {
  const maps = yield* mapsOf(table)
  const read = yield* dumpNft('NFT_MSG_GETRULE', table.family, { table: table.table })
  const own = read.filter(({ attrs }) => attrs.table === table.table)
  const jumps: Jumps = new Map()
  for (const { chain = '', expressions } of rulesAfter(own, table)) {
    const targets = jumps.get(chain) ?? new Set()
    for (const target of targetsOf(expressions?.elem ?? [], maps)) targets.add(target)
    jumps.set(chain, targets)
  }
  return jumps
}

/** Returns the chains of a loop, the first one again at the end; undefined if there is none. */
export function loopIn(jumps: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>()
  const path: string[] = []
  const visit = (chain: string): string[] | undefined => {
    const at = path.indexOf(chain)
    if (at >= 0) return [...path.slice(at), chain]
    if (done.has(chain)) return undefined
    path.push(chain)
    for (const next of jumps.get(chain) ?? []) {
      const loop = visit(next)
      if (loop !== undefined) return loop
    }
    path.pop()
    done.add(chain)
    return undefined
  }
  for (const chain of jumps.keys()) {
    const loop = visit(chain)
    if (loop !== undefined) return loop
  }
  return undefined
}

/** Returns the longest way through chains without loops. */
export function longestIn(jumps: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const known = new Map<string, string[]>()
  const from = (chain: string): string[] => {
    const found = known.get(chain)
    if (found !== undefined) return found
    const ways = [...(jumps.get(chain) ?? [])].map(from)
    const longest = ways.reduce((one, other) => (other.length > one.length ? other : one), [])
    const result = [chain, ...longest]
    known.set(chain, result)
    return result
  }
  return [...jumps.keys()].map(from).reduce((one, other) => (other.length > one.length ? other : one), [])
}

/** Returns the chains that are reached from one, with it. */
function reached(jumps: Jumps, chain: string, found = new Set<string>()): Set<string> {
  if (found.has(chain)) return found
  found.add(chain)
  for (const next of jumps.get(chain) ?? []) reached(jumps, next, found)
  return found
}

/** Returns the jumps of the chains that lead to one, or are reached from it: the kernel accepts loops that no packet can enter. */
function around(jumps: Jumps, chain: string | undefined): Jumps {
  if (chain === undefined) return jumps
  const below = reached(jumps, chain)
  return new Map([...jumps].filter(([each]) => below.has(each) || reached(jumps, each).has(chain)))
}

const isAbout = (family: number, table: string) => (message: NftMessage) =>
  message.family === family && attrsOf(message).table === table

/** Returns why the kernel refused a message with ELOOP or EMLINK: the chains of the loop, or those that are too many. */
export function* explainJumps(refused: NftMessage, messages: readonly NftMessage[]): Operation<string | undefined> {
  const { family } = refused
  const { table, chain } = attrsOf(refused)
  if (table === undefined) return undefined
  const changes = messages.slice(0, messages.indexOf(refused) + 1).filter(isAbout(family, table))
  const jumps = around(yield* jumpsIn({ family, table, changes }), chain)
  const loop = loopIn(jumps)
  if (loop !== undefined) return `the chains are a loop: ${loop.join(' → ')}`
  const longest = longestIn(jumps)
  return longest.length > MOST_JUMPS
    ? `more than ${MOST_JUMPS} chains, one in another: ${longest.join(' → ')}`
    : undefined
}
