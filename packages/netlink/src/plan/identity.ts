import { entriesIn } from '../api/bridge-mdb/decode.js'
import { isOfLink } from '../api/route/kernel-match.js'
import { destinationKey, tableOf } from '../api/route/selection.js'
import { isRecord } from '../codec/error.js'
import { AF } from '../codec/index.js'
import {
  type AddressMessage,
  type MdbMessage,
  type MdbSetRequest,
  type NeighbourMessage,
  type NexthopMessage,
  NTF,
  type QdiscMessage,
  type RouteMessage,
  type RuleMessage,
} from '../route/index.js'
import type { PlannedObject } from './types.js'

/** Attributes of a rule that do not distinguish it from others of its priority. */
const effects: readonly string[] = ['table', 'goto', 'flow', 'suppressIfgroup', 'suppressPrefixlen', 'protocol', 'pad']

/** Returns a text that is equal for two values with the same members, in any order. */
function text(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) return `[${value.map(text).join()}]`
  if (!isRecord(value)) return String(value)
  const keys = Object.keys(value).filter((key) => value[key] !== undefined)
  return `{${keys
    .sort()
    .map((key) => `${key}:${text(value[key])}`)
    .join()}}`
}

/** Returns a text that is equal for two messages of one object: what the kernel, or the desired state, distinguishes objects by. */
export const identityOf = (object: PlannedObject, message: object): string =>
  `${object} ${text(partsOf(object, message))}`

/** Returns what identifies an entry, in a message of the kernel or in a request. */
function mdbParts(message: MdbMessage & MdbSetRequest): unknown {
  const { setEntry, setEntryAttrs } = message.attrs
  const [read] = entriesIn(message)
  const entry = setEntry ?? read
  const { source, dst, dstPort, vni, srcVni, ifindex } = (setEntry ? setEntryAttrs : read?.attrs) ?? {}
  return [message.ifindex, entry?.ifindex, entry?.vid, entry?.addr.u, source, dst, dstPort, vni, srcVni, ifindex]
}

function partsOf(object: PlannedObject, message: object): unknown {
  switch (object) {
    // Texts of a few parts are made faster than those of lists. There may be many of these objects.
    case 'address': {
      const { family, index, prefixlen, attrs } = message as AddressMessage
      return `${attrs.local ?? attrs.address} ${attrs.address}/${prefixlen} ${family} ${index}`
    }
    case 'route': {
      const route = message as RouteMessage
      const { family, dstLen, srcLen, tos, attrs } = route
      const key = `${destinationKey(attrs.dst)}/${dstLen} ${family} ${tableOf(route)} ${attrs.priority ?? ''}`
      const link = isOfLink(route) ? attrs.oif : undefined
      const isOnly = tos === 0 && srcLen === 0 && link === undefined
      return isOnly ? key : `${key} ${tos} ${attrs.src}/${srcLen} ${link}`
    }
    case 'rule': {
      const { family, srcLen, dstLen, tos, flags, attrs } = message as RuleMessage
      const selecting = Object.entries(attrs).filter(([key]) => !effects.includes(key))
      // Without a priority the kernel chooses one, so that the whole rule counts.
      return [
        family,
        srcLen,
        dstLen,
        tos,
        flags & 2,
        attrs.protocol,
        Object.fromEntries(attrs.priority === undefined ? Object.entries(attrs) : selecting),
      ]
    }
    case 'nexthop':
      return (message as NexthopMessage).attrs.id
    case 'neighbour': {
      const { family, ifindex, flags, attrs } = message as NeighbourMessage
      const { dst, lladdr, vlan, vni, srcVni, port, nhId } = attrs
      if (dst !== undefined && family !== AF.BRIDGE) return `${dst} ${family} ${ifindex} ${flags & NTF.PROXY}`
      return [family, ifindex, flags & (NTF.SELF | NTF.MASTER), lladdr, vlan, vni, srcVni, port, dst, nhId]
    }
    case 'vlan':
    case 'globalVlan':
    case 'vni': {
      const { ifindex, attrs } = message as { readonly ifindex: number; readonly attrs: object }
      return [ifindex, attrs]
    }
    case 'mdb':
      return mdbParts(message as MdbMessage & MdbSetRequest)
    case 'qdisc': {
      const { ifindex, parent } = message as QdiscMessage
      return [ifindex, parent]
    }
    case 'link':
      return (message as { readonly index: number }).index
  }
}
