import { none } from '../../connection/flags.js'
import { ETH_SS, type EthtoolStrsetAttrs } from '../../generic/ethtool/index.js'
import { type Operation, requestOf } from '../run/operation.js'
import type { LinkRef } from '../values/link-ref.js'
import { numberOf } from '../values/names.js'
import { type Header, headerOf } from './header.js'
import type { EthtoolStringSet } from './types.js'

/** A set of names: ETH_SS_* without the prefix. */
export type StringSet = keyof typeof ETH_SS.values

/** Returns the names of a set. The index of a name is the number of its bit. */
export type Names = (set: StringSet) => readonly string[]

/** Requests sets of names: those of the kernel, and with a header those of a link. */
export function* readNames(sets: readonly StringSet[], header: Header = {}): Operation<Names> {
  if (sets.length === 0) return () => []
  const stringset = sets.map((set) => ({ id: ETH_SS[set] }))
  const value = { attrs: { header, stringsets: { stringset } } }
  const replies = yield requestOf('read', 'ETHTOOL_MSG_STRSET_GET', value, none)
  const [reply] = replies as { readonly attrs: EthtoolStrsetAttrs }[]
  const found = new Map<number | undefined, readonly string[]>()
  for (const { id, strings } of reply?.attrs.stringsets?.stringset ?? [])
    found.set(id, strings?.string?.map(({ value: text = '' }) => text) ?? [])
  return (set) => found.get(ETH_SS[set]) ?? []
}

/** Requests one set of names. */
export function* strings(set: EthtoolStringSet, link?: LinkRef): Operation<string[]> {
  const number = numberOf('set', ETH_SS, set)
  const key = Object.keys(ETH_SS.values).find((name) => ETH_SS[name as StringSet] === number) as StringSet
  const names = yield* readNames([key], link === undefined ? {} : headerOf(link))
  return [...names(key)]
}
