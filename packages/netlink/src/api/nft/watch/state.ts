import type { NftRuleMessage, NftSetElemMessage, NftSetMessage } from '../../../netfilter/index.js'
import { NFPROTO } from '../../../netfilter/index.js'
import type { Operation } from '../../run/operation.js'
import { toChain, toFlowtable, toObject, toSet, toTable } from '../decode.js'
import { toElements } from '../elements.js'
import { describedSet, dumpNft, isAnonymous, knownSet, toRule } from '../read.js'
import type { KnownSet } from '../text/values.js'
import { nftFamilyName } from '../types/names.js'
import type { NftRule } from '../types.js'
import type { NftChangedElements, NftChangeEvent, NftKind, NftWatched } from './types.js'

/** The kinds whose objects have handles, with the messages that describe them. */
const kinds = {
  TABLE: ['table', 'NFT_MSG_GETTABLE', toTable],
  CHAIN: ['chain', 'NFT_MSG_GETCHAIN', toChain],
  OBJ: ['object', 'NFT_MSG_GETOBJ', toObject],
  FLOWTABLE: ['flowtable', 'NFT_MSG_GETFLOWTABLE', toFlowtable],
} as const

type Message = { readonly family: number; readonly attrs: object }
type Handled = NftWatched[Exclude<NftKind, 'elements'>]
type Attrs = { readonly table?: string; readonly name?: string; readonly handle?: bigint; readonly set?: string }

const tableKey = ({ family, attrs }: Message) => `${family} ${(attrs as Attrs).table}`

/**
 * The ruleset as far as events need it. The kernel identifies what was removed by its handle alone, and rules refer to sets, whose types
 * their texts depend on.
 */
export class NftState {
  readonly #objects = new Map<string, Handled>()
  /** By table and name. Those that belong to rules have their elements. */
  readonly #sets = new Map<string, Map<string, KnownSet>>()

  /** Reads the ruleset. */
  static *read(): Operation<NftState> {
    const state = new NftState()
    for (const [kind, request, convert] of Object.values(kinds)) {
      for (const message of yield* dumpNft(request, NFPROTO.UNSPEC, {}))
        state.#objects.set(keyOf(kind, message), (convert as (message: Message) => Handled)(message))
    }
    for (const message of yield* dumpNft('NFT_MSG_GETSET', NFPROTO.UNSPEC, {}))
      state.#addSet(message, yield* knownSet(message))
    for (const message of yield* dumpNft('NFT_MSG_GETRULE', NFPROTO.UNSPEC, {}))
      state.#objects.set(keyOf('rule', message), toRule(message, state.#setsOf(message)))
    return state
  }

  #setsOf(message: Message): Map<string, KnownSet> {
    const key = tableKey(message)
    const sets = this.#sets.get(key) ?? new Map<string, KnownSet>()
    this.#sets.set(key, sets)
    return sets
  }

  #addSet(message: NftSetMessage, set: KnownSet): void {
    this.#setsOf(message).set(message.attrs.name ?? '', set)
    if (!isAnonymous(message)) this.#objects.set(keyOf('set', message), toSet(message))
  }

  /** Returns a rule by its handle. */
  rule(family: number, table: string | undefined, handle: bigint): NftRule | undefined {
    return this.#objects.get(keyOf('rule', { family, attrs: { table, handle } })) as NftRule | undefined
  }

  /** Applies a message about an object with a handle. Returns its event; none for a set that belongs to a rule. */
  apply(isRemoval: boolean, what: string, message: Message): NftChangeEvent | undefined {
    if (what === 'RULE') return this.#change(isRemoval, 'rule', message, this.#ruleOf(message))
    if (what === 'SET') return this.#applySet(isRemoval, message as NftSetMessage)
    if (!Object.hasOwn(kinds, what)) return undefined
    const [kind, , convert] = kinds[what as keyof typeof kinds]
    return this.#change(isRemoval, kind, message, (convert as (message: Message) => Handled)(message))
  }

  #ruleOf(message: Message): NftRule {
    return toRule(message as NftRuleMessage, this.#setsOf(message))
  }

  #applySet(isRemoval: boolean, message: NftSetMessage): NftChangeEvent | undefined {
    const { name = '' } = message.attrs
    // The kernel removes the set of a rule after the rule, and describes it by its name alone.
    if (name.startsWith('__')) {
      if (isRemoval) this.#setsOf(message).delete(name)
      else this.#setsOf(message).set(name, { ...describedSet(message), elements: [] })
      return undefined
    }
    const event = this.#change(isRemoval, 'set', message, toSet(message))
    if (!isRemoval) this.#setsOf(message).set(name, { ...describedSet(message), elements: [] })
    return event
  }

  #change(isRemoval: boolean, kind: NftKind, message: Message, object: Handled): NftChangeEvent {
    const key = keyOf(kind, message)
    const before = this.#objects.get(key)
    if (isRemoval) this.#objects.delete(key)
    else this.#objects.set(key, object)
    const type = isRemoval ? 'removed' : before === undefined ? 'added' : 'changed'
    const event = { type, kind, object: isRemoval ? (before ?? object) : object }
    return { ...event, before: type === 'changed' ? before : undefined } as NftChangeEvent
  }

  /** Applies elements that were added or removed together. Returns their event; none for a set that belongs to a rule. */
  applyElements(isRemoval: boolean, messages: readonly NftSetElemMessage[]): NftChangeEvent | undefined {
    const [first] = messages
    if (first === undefined) return undefined
    const { table = '', set: name = '' } = first.attrs
    const sets = this.#setsOf(first)
    const set = sets.get(name)
    if (set === undefined) return undefined
    const elements = messages.flatMap(({ attrs }) => attrs.elements ?? [])
    if (name.startsWith('__')) {
      if (!isRemoval) sets.set(name, { ...set, elements: [...set.elements, ...elements] })
      return undefined
    }
    const family = nftFamilyName(first.family)
    const object: NftChangedElements = { family, table, set: name, elements: toElements(set.layout, elements) }
    return { type: isRemoval ? 'removed' : 'added', kind: 'elements', object, before: undefined }
  }
}

const keyOf = (kind: NftKind, { family, attrs }: Message) => {
  const { table, handle } = attrs as Attrs
  return `${kind} ${family} ${kind === 'table' ? '' : table} ${handle}`
}
