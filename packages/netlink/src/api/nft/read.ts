import { none } from '../../connection/flags.js'
import type {
  NftChainMessage,
  NftFlowtableMessage,
  NftObjMessage,
  NftRuleMessage,
  NftSetElemMessage,
  NftSetMessage,
  NftTableMessage,
} from '../../netfilter/index.js'
import { NFPROTO, NFT_SET } from '../../netfilter/index.js'
import { type Operation, requestOf } from '../run/operation.js'
import { checkKeys, constructorOf, requireKeys, withMessage } from '../values/objects.js'
import type { WireElement } from './compile/set.js'
import { layoutOf, toChain, toFlowtable, toObject, toSet, toTable } from './decode.js'
import { toElements } from './elements.js'
import { ruleText } from './text/rule.js'
import type { KnownSet } from './text/values.js'
import { objectTypeName } from './types/flags.js'
import { nftFamilyName, nftFamilyNumber } from './types/names.js'
import { textOfUserdata, UDATA } from './types/userdata.js'
import type {
  NftChain,
  NftElement,
  NftFilter,
  NftFlowtable,
  NftObject,
  NftRule,
  NftRuleFilter,
  NftSet,
  NftSetKey,
  NftTable,
} from './types.js'

/** Messages of nftables that dumps return, by their requests. */
interface Dumped {
  NFT_MSG_GETTABLE: NftTableMessage
  NFT_MSG_GETCHAIN: NftChainMessage
  NFT_MSG_GETRULE: NftRuleMessage
  NFT_MSG_GETSET: NftSetMessage
  NFT_MSG_GETSETELEM: NftSetElemMessage
  NFT_MSG_GETOBJ: NftObjMessage
  NFT_MSG_GETFLOWTABLE: NftFlowtableMessage
}

/** Dumps objects. */
export function* dumpNft<N extends keyof Dumped>(name: N, family: number, attrs: object): Operation<Dumped[N][]> {
  return (yield requestOf('dump', name, { family, attrs }, none)) as unknown as Dumped[N][]
}

const filterKeys = { family: 1, table: 1 } satisfies Record<keyof NftFilter, unknown>

/** Returns the number of the family of a filter; 0 for all. @throws {TypeError} */
function familyOf(filter: NftFilter, keys: Readonly<Record<string, unknown>> = filterKeys): number {
  checkKeys('filter', filter, keys)
  return filter.family === undefined ? NFPROTO.UNSPEC : nftFamilyNumber(filter.family)
}

/** True for the tables that a filter selects. The kernel ignores the table in some dumps. */
const inTable = (filter: NftFilter) => (object: { readonly table: string }) =>
  filter.table === undefined || object.table === filter.table

/** Lists tables. */
export function* listTables(filter: Pick<NftFilter, 'family'> = {}): Operation<NftTable[]> {
  const family = familyOf(filter, { family: 1 })
  return (yield* dumpNft('NFT_MSG_GETTABLE', family, {})).map(toTable)
}

/** Lists chains. */
export function* listChains(filter: NftFilter = {}): Operation<NftChain[]> {
  return (yield* dumpNft('NFT_MSG_GETCHAIN', familyOf(filter), {})).map(toChain).filter(inTable(filter))
}

/** True for a set that belongs to a rule. */
export const isAnonymous = ({ attrs }: NftSetMessage) => ((attrs.flags ?? 0) & NFT_SET.ANONYMOUS) !== 0

/** Lists sets and maps, without those that belong to rules. */
export function* listSets(filter: NftFilter = {}): Operation<NftSet[]> {
  const messages = yield* dumpNft('NFT_MSG_GETSET', familyOf(filter), {})
  return messages
    .filter((each) => !isAnonymous(each))
    .map(toSet)
    .filter(inTable(filter))
}

/** Lists objects. */
export function* listObjects(filter: NftFilter = {}): Operation<NftObject[]> {
  const attrs = filter.table === undefined ? {} : { table: filter.table }
  return (yield* dumpNft('NFT_MSG_GETOBJ', familyOf(filter), attrs)).map(toObject).filter(inTable(filter))
}

/** Lists flow tables. */
export function* listFlowtables(filter: NftFilter = {}): Operation<NftFlowtable[]> {
  return (yield* dumpNft('NFT_MSG_GETFLOWTABLE', familyOf(filter), {})).map(toFlowtable).filter(inTable(filter))
}

const setKeys = { family: 1, table: 1, name: 1 } satisfies Record<keyof NftSetKey, unknown>

/** Reads one set. */
export function* readSet(family: number, table: string, name: string): Operation<NftSetMessage> {
  const replies = yield requestOf('read', 'NFT_MSG_GETSET', { family, attrs: { table, name } }, none)
  return replies[0] as NftSetMessage
}

/** Reads the elements of a set. */
export function* readElements(family: number, table: string, set: string): Operation<WireElement[]> {
  const messages = yield* dumpNft('NFT_MSG_GETSETELEM', family, { table, set })
  return messages.flatMap(({ attrs }) => attrs.elements ?? [])
}

/** Lists the elements of a set or a map. */
export function* listElements(key: NftSetKey): Operation<NftElement[]> {
  checkKeys('key', key, setKeys)
  requireKeys('key', key, 'table', 'name')
  const family = nftFamilyNumber(key.family)
  const set = yield* readSet(family, key.table, key.name)
  return toElements(layoutOf(set), yield* readElements(family, key.table, key.name))
}

const RuleObject = constructorOf<NftRule, { message: NftRuleMessage; sets: ReadonlyMap<string, KnownSet> }>(function ({
  message,
  sets,
}) {
  const { family, attrs } = message
  const comment = textOfUserdata(attrs.userdata, UDATA.COMMENT)
  this.family = nftFamilyName(family)
  this.table = attrs.table ?? ''
  this.chain = attrs.chain ?? ''
  this.handle = attrs.handle ?? 0n
  const text = ruleText(this.family, attrs.expressions?.elem ?? [], sets)
  this.text = comment === undefined ? text : `${text} comment "${comment}"`
  if (comment !== undefined) this.comment = comment
})

/** Converts a message to a rule. `sets` are those of its table. */
export const toRule = (message: NftRuleMessage, sets: ReadonlyMap<string, KnownSet>): NftRule =>
  withMessage(new RuleObject({ message, sets }), message)

/** Returns the types of a set. */
export function describedSet(message: NftSetMessage): Omit<KnownSet, 'elements'> {
  const { objType } = message.attrs
  return { layout: layoutOf(message), objects: objType === undefined ? undefined : objectTypeName(objType) }
}

/** Returns what the text of a rule needs of a set, and reads the elements of one that belongs to a rule. */
export function* knownSet(message: NftSetMessage): Operation<KnownSet> {
  const { table = '', name = '' } = message.attrs
  const elements = isAnonymous(message) ? yield* readElements(message.family, table, name) : []
  return { ...describedSet(message), elements }
}

/** Names of expressions that refer to sets. */
const lookups = new Set(['lookup', 'dynset', 'objref'])
const refersToSet = ({ attrs }: NftRuleMessage) =>
  attrs.expressions?.elem?.some(({ name }) => name !== undefined && lookups.has(name)) ?? false

/** Returns the sets of some tables, those that belong to rules with their elements. */
function* setsOf(rules: readonly NftRuleMessage[]): Operation<Map<string, Map<string, KnownSet>>> {
  const tables = new Map<string, Map<string, KnownSet>>()
  for (const { family, attrs } of rules.filter(refersToSet)) tables.set(`${family} ${attrs.table}`, new Map())
  if (tables.size === 0) return tables
  for (const message of yield* dumpNft('NFT_MSG_GETSET', NFPROTO.UNSPEC, {})) {
    const { family, attrs } = message
    tables.get(`${family} ${attrs.table}`)?.set(attrs.name ?? '', yield* knownSet(message))
  }
  return tables
}

/** Lists rules in their order. */
export function* listRules(filter: NftRuleFilter = {}): Operation<NftRule[]> {
  const number = familyOf(filter, { ...filterKeys, chain: 1 })
  const { table, chain } = filter
  const attrs = { ...(table !== undefined && { table }), ...(chain !== undefined && { chain }) }
  const messages = (yield* dumpNft('NFT_MSG_GETRULE', number, attrs)).filter(
    (each) => (table ?? each.attrs.table) === each.attrs.table && (chain ?? each.attrs.chain) === each.attrs.chain,
  )
  const tables = yield* setsOf(messages)
  return messages.map((message) => {
    const sets = tables.get(`${message.family} ${message.attrs.table}`) ?? new Map<string, KnownSet>()
    return toRule(message, sets)
  })
}
