import { none } from '../../connection/flags.js'
import type { WireguardDeviceAttrs, WireguardMessage } from '../../generic/wireguard.js'
import { NetlinkError } from '../../message/index.js'
import { list as listLinks } from '../link/read.js'
import { ifThere, indexOf } from '../run/link-lookup.js'
import { type Operation, requestOf } from '../run/operation.js'
import { type LinkRef, linkKey, refText } from '../values/link-ref.js'
import { toDevice } from './decode.js'
import type { WireguardDevice } from './types.js'

/** Identifies a link in a request: the family finds links by index or name, but not by an alternative name. */
export function* keyOf(link: LinkRef): Operation<WireguardDeviceAttrs> {
  const { index, attrs } = linkKey('link', link)
  if (index !== undefined) return { ifindex: index }
  return attrs?.ifname === undefined ? { ifindex: yield* indexOf('link', link) } : { ifname: attrs.ifname }
}

/** Adds words to an error of a link that is of another kind, which the kernel reports as EOPNOTSUPP without a text. */
export function* ofKind<T>(link: LinkRef, operation: Operation<T>): Operation<T> {
  try {
    return yield* operation
  } catch (error) {
    if (!(error instanceof NetlinkError) || error.explanation !== undefined) throw error
    if (error.code !== 'EOPNOTSUPP' && error.code !== 'ENODEV') throw error
    const explanation = error.code === 'ENODEV' ? `no link ${refText(link)}` : `${refText(link)} is no WireGuard link`
    throw new NetlinkError({ ...error, explanation }, { cause: error })
  }
}

function* present(link: LinkRef): Operation<WireguardDevice> {
  const attrs = yield* keyOf(link)
  const messages = yield* ofKind(link, request('dump', 'WG_CMD_GET_DEVICE', { attrs }))
  return toDevice(messages)
}

/** Sends a request to the family. */
export function* request(
  kind: 'dump' | 'change',
  name: 'WG_CMD_GET_DEVICE' | 'WG_CMD_SET_DEVICE',
  value: { readonly attrs: WireguardDeviceAttrs },
): Operation<WireguardMessage[]> {
  return (yield requestOf(kind, name, value, none)) as WireguardMessage[]
}

/** Returns a link with its peers; undefined if there is no such link. */
export function* get(link: LinkRef): Operation<WireguardDevice | undefined> {
  return yield* ifThere(present(link), 'ENODEV')
}

/** Lists all WireGuard links with their peers. A link that is deleted meanwhile is left out. */
export function* list(): Operation<WireguardDevice[]> {
  const devices: WireguardDevice[] = []
  for (const { index } of yield* listLinks({ kind: 'wireguard' })) {
    const device = yield* get(index)
    if (device !== undefined) devices.push(device)
  }
  return devices
}
