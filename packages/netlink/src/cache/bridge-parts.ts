import type { BridgeVlanMessage } from '../route/bridge-vlan.js'
import type { MdbMessage } from '../route/mdb.js'
import type { TunnelMessage } from '../route/tunnel.js'

const numbers = (from: number, to: number) => Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at)

/** Returns each VLAN of a message for itself: the ranges of a dump change with their neighbours. */
export const vlanParts = ({ attrs, ...header }: BridgeVlanMessage): BridgeVlanMessage[] =>
  (attrs.entry ?? []).flatMap(({ info, range, tunnelInfo, ...rest }) => {
    if (info === undefined) return []
    return numbers(info.vid, range ?? info.vid).map((vid): BridgeVlanMessage => {
      const id = tunnelInfo?.id
      const tunnel = id === undefined ? {} : { tunnelInfo: { ...tunnelInfo, id: id + vid - info.vid } }
      return { ...header, attrs: { entry: [{ info: { ...info, vid }, ...tunnel, ...rest }] } }
    })
  })

/** Returns the options of each VLAN of a message for itself. */
export const globalVlanParts = ({ attrs, ...header }: BridgeVlanMessage): BridgeVlanMessage[] =>
  (attrs.globalOptions ?? []).flatMap(({ id, range, ...options }) =>
    id === undefined
      ? []
      : numbers(id, range ?? id).map((vid) => ({ ...header, attrs: { globalOptions: [{ id: vid, ...options }] } })),
  )

/** Returns each VNI of a message for itself. */
export const vniParts = ({ attrs, ...header }: TunnelMessage): TunnelMessage[] =>
  (attrs.entry ?? []).flatMap(({ start, end, ...rest }) =>
    start === undefined
      ? []
      : numbers(start, end ?? start).map((vni) => ({ ...header, attrs: { entry: [{ start: vni, ...rest }] } })),
  )

/** Returns each entry of a message of multicast databases for itself. */
export const mdbParts = ({ attrs, ...header }: MdbMessage): MdbMessage[] =>
  (attrs.mdb?.entry ?? [])
    .flatMap(({ info }) => info ?? [])
    .map((entry) => ({ ...header, attrs: { mdb: { entry: [{ info: [entry] }] } } }))

/** Returns the only entry of such a message. */
const entryOf = ({ attrs }: MdbMessage) => attrs.mdb?.entry?.[0]?.info?.[0]

/** Returns a text of what distinguishes entries. */
export function mdbIdentity(message: MdbMessage): string {
  const entry = entryOf(message)
  const { source, dst, dstPort, vni, srcVni, ifindex } = entry?.attrs ?? {}
  const own = [message.ifindex, entry?.ifindex, entry?.vid, entry?.addr.u]
  return [...own, source, dst, dstPort, vni, srcVni, ifindex].map((each) => each ?? '').join(' ')
}

/** Returns the indexes of an entry's bridge and port. */
export const mdbReferences = (message: MdbMessage) => [message.ifindex, entryOf(message)?.ifindex]
