import { AF } from '../codec/index.js'
import { BRIDGE_VLANDB_DUMPF } from '../route/bridge-vlan.js'
import { TCM_IFINDEX } from '../route/tc/constants.js'
import { type QdiscMessage, tcaActAttrs } from '../route/tc/index.js'
import type { ObjectKind } from './kinds.js'
import type { Stores } from './stores.js'
import { EGRESS, INGRESS, type Place } from './traffic-kinds.js'

interface DumpRequest {
  readonly message: object
  /** Place of the answers, which the kernel does not report in full: chains have that of their qdisc. */
  readonly place?: Place
}

const blockOf = (block: number | undefined): Place[] =>
  block === undefined ? [] : [{ ifindex: TCM_IFINDEX.MAGIC_BLOCK, parent: block }]

/** Returns the places of a qdisc. Those without a handle have no filters. */
function placesOf({ ifindex, handle, attrs: { kind, ingressBlock, egressBlock } }: QdiscMessage): Place[] {
  if (handle === 0) return []
  if (kind !== 'clsact' && kind !== 'ingress') return [{ ifindex, parent: handle }]
  const ingress = ingressBlock === undefined ? [{ ifindex, parent: INGRESS }] : blockOf(ingressBlock)
  if (kind === 'ingress') return ingress
  return [...ingress, ...(egressBlock === undefined ? [{ ifindex, parent: EGRESS }] : blockOf(egressBlock))]
}

/** The kinds of qdiscs whose classes have filters of their own. */
const withInnerFilters: readonly (string | undefined)[] = ['htb', 'hfsc']

/** Returns the places where filters and chains may be, one request each. */
function places({ qdisc, class: classes }: Stores): DumpRequest[] {
  const found = [...qdisc.objects.values()].flatMap(placesOf)
  for (const { ifindex, handle, attrs } of classes.objects.values())
    if (withInnerFilters.includes(attrs.kind)) found.push({ ifindex, parent: handle })
  const unique = new Map(found.map((place) => [`${place.ifindex} ${place.parent}`, place]))
  return [...unique.values()].map((place) => ({ message: { ...place, attrs: {} }, place }))
}

/** Returns the links that may have classes, one request each. */
function linksWithClasses({ qdisc }: Stores): DumpRequest[] {
  const indexes = [...qdisc.objects.values()].flatMap(({ ifindex, attrs }) =>
    attrs.kind === 'noqueue' ? [] : [ifindex],
  )
  return [...new Set(indexes)].map((ifindex) => ({ message: { ifindex, attrs: {} } }))
}

/** Without TCA_ACT_FLAG_LARGE_DUMP_ON the kernel sends 32 actions only. */
const LARGE = { value: 1, selector: 1 }

/** Returns the kinds of actions, one request each. */
const kindsOfActions = (): DumpRequest[] =>
  Object.keys(tcaActAttrs.table.options[1].cases).map((kind) => ({
    message: { attrs: { tab: [[1, { kind }]], flags: LARGE } },
  }))

/** Without the flag the kernel lists the VLANs of ports. */
const globalOptions = (): DumpRequest[] => [
  { message: { family: AF.BRIDGE, attrs: { flags: BRIDGE_VLANDB_DUMPF.GLOBAL } } },
]

const requests: { readonly [K in ObjectKind]?: (stores: Stores) => DumpRequest[] } = {
  ...{ class: linksWithClasses, filter: places, chain: places, action: kindsOfActions, globalVlan: globalOptions },
}

/** Returns the requests that dump a kind. The kernel lists classes, filters and chains of one place only, and actions of one kind. */
export const dumpRequests = (stores: Stores, kind: ObjectKind, family: number): DumpRequest[] =>
  requests[kind]?.(stores) ?? [{ message: { family } }]
