import { BR_STATE } from '../../../route/index.js'
import { Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import { range, single, vlanInfo } from './bridge-words.js'
import { queryOptions } from './link-bridge.js'
import { type Command, device, leftIn, named, type Options, onOff, option, wordsFor } from './words.js'

/** Options of `bridge vlan set`, by the attribute. */
export const vlanOptions: Options = {
  state: named('state', BR_STATE),
  mcastRouter: option('mcast_router'),
  mcastMaxGroups: option('mcast_max_groups'),
  neighSuppress: onOff('neigh_suppress'),
}
/** Options of `bridge vlan global set`, by the attribute. */
export const globalOptions: Options = {
  mcastSnooping: option('mcast_snooping'),
  mcastQuerier: option('mcast_querier'),
  mcastIgmpVersion: option('mcast_igmp_version'),
  mcastMldVersion: option('mcast_mld_version'),
  ...queryOptions,
  msti: option('msti'),
}

/** `bridge vlan set`, `bridge vlan global set` and `bridge vlan global show` */
export function vlanCommand(request: SaidRequest): Command | undefined {
  const { type, value } = request
  const index = (value.ifindex ?? 0) as number
  const attrs = new Members(request.attrs)
  if (type === 'RTM_GETVLAN') {
    // BRIDGE_VLANDB_DUMPF_GLOBAL
    if (attrs.number('flags') !== 2) return undefined
    const dev = index === 0 ? [] : ['dev', device(request, index)]
    return { words: ['bridge', 'vlan', 'global', 'show', ...dev], lost: leftIn(attrs) }
  }
  if (type !== 'RTM_NEWVLAN' || request.flags !== 0 || index === 0) return undefined
  const dev = ['dev', device(request, index)]
  if (attrs.has('globalOptions')) {
    const entry = single(attrs.take('globalOptions'))
    if (entry === undefined) return undefined
    const vid = range(entry.take('id'), entry.take('range'))
    const words = wordsFor(entry, globalOptions, request)
    return {
      words: ['bridge', 'vlan', 'global', 'set', ...dev, 'vid', vid, ...words],
      lost: [...leftIn(entry, 'globalOptions.'), ...leftIn(attrs)],
    }
  }
  const entry = single(attrs.take('entry'))
  const info = entry?.take('info') as { vid: number; flags: number } | undefined
  if (entry === undefined || info?.flags !== vlanInfo.ONLY_OPTS) return undefined
  const vid = range(info.vid, entry.take('range'))
  return {
    words: ['bridge', 'vlan', 'set', ...dev, 'vid', vid, ...wordsFor(entry, vlanOptions, request)],
    lost: [...leftIn(entry, 'entry.'), ...leftIn(attrs)],
  }
}
