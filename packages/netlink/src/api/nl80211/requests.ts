import { type Nl80211Attrs, type Nl80211Message, nl80211 } from '../../generic/nl80211/index.js'
import { ifThere, indexOf } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { explained, requestsOf } from '../run/requests.js'
import { refusal } from '../run/selection.js'
import type { LinkRef } from '../values/link-ref.js'
import { toInterface, toNetwork, toStation } from './decode.js'
import { checkAddress, encodeInterface, encodeInterfaceChanges, encodeScan, wiphyKey } from './encode.js'
import type {
  NewWifiInterface,
  WifiInterface,
  WifiInterfaceChanges,
  WifiNetwork,
  WifiScan,
  WifiStation,
  Wiphy,
  WiphyRef,
} from './types.js'
import { toWiphys } from './wiphy.js'

const { read, dump, change } = requestsOf(nl80211)

/** Text of the refusal of a link that is not wireless, for which the kernel has no text. */
const NOT_WIRELESS = 'the link is not wireless'

/** Lists wireless devices. */
export function* listWiphys(): Operation<Wiphy[]> {
  return toWiphys(yield* dump('NL80211_CMD_GET_WIPHY', { attrs: { splitWiphyDump: true } }))
}

/** Returns a wireless device. */
export function* getWiphy(ref: WiphyRef): Operation<Wiphy | undefined> {
  const key = wiphyKey(ref)
  return (yield* listWiphys()).find(({ index, name }) => index === key || name === key)
}

/** Returns the index of a wireless device. @throws {NetlinkError} `ENODEV` */
function* wiphyIndex(request: string, ref: WiphyRef): Operation<number> {
  const key = wiphyKey(ref)
  if (typeof key === 'number') return key
  const found = yield* getWiphy(key)
  if (found === undefined)
    throw refusal({ request, code: 'ENODEV', attribute: 'wiphy', explanation: `no wireless device ${key}` })
  return found.index
}

/** Lists interfaces. */
export function* listInterfaces(): Operation<WifiInterface[]> {
  return (yield* dump('NL80211_CMD_GET_INTERFACE', { attrs: {} })).map(toInterface)
}

function* interfaceOf(link: LinkRef): Operation<Nl80211Message | undefined> {
  const attrs = { ifindex: yield* indexOf('link', link) }
  const [found] = yield* explained(read('NL80211_CMD_GET_INTERFACE', { attrs }), 'ENODEV', NOT_WIRELESS)
  return found
}

/** Returns an interface; undefined for a link that does not exist or is not wireless. */
export function* getInterface(link: LinkRef): Operation<WifiInterface | undefined> {
  const found = yield* ifThere(interfaceOf(link), 'ENODEV')
  return found && toInterface(found)
}

/** Adds an interface, and returns it. */
export function* addInterface(added: NewWifiInterface): Operation<WifiInterface> {
  const attrs = encodeInterface(added)
  const wiphy = yield* wiphyIndex('NL80211_CMD_NEW_INTERFACE', added.wiphy)
  const [reply] = yield* explained(
    change('NL80211_CMD_NEW_INTERFACE', { attrs: { ...attrs, wiphy } }),
    'ENODEV',
    `no wireless device ${wiphy}`,
  )
  return toInterface(reply as Nl80211Message)
}

/** Changes an interface. */
export function* setInterface(link: LinkRef, changes: WifiInterfaceChanges): Operation<void> {
  const attrs = encodeInterfaceChanges(changes)
  const ifindex = yield* indexOf('link', link)
  yield* explained(change('NL80211_CMD_SET_INTERFACE', { attrs: { ...attrs, ifindex } }), 'ENODEV', NOT_WIRELESS)
}

/** Deletes an interface. */
export function* removeInterface(link: LinkRef): Operation<void> {
  const attrs = { ifindex: yield* indexOf('link', link) }
  yield* explained(change('NL80211_CMD_DEL_INTERFACE', { attrs }), 'ENODEV', NOT_WIRELESS)
}

/** Lists the stations of an interface. */
export function* listStations(link: LinkRef): Operation<WifiStation[]> {
  const attrs = { ifindex: yield* indexOf('link', link) }
  return (yield* explained(dump('NL80211_CMD_GET_STATION', { attrs }), 'ENODEV', NOT_WIRELESS)).map(toStation)
}

/** Returns a station. */
export function* getStation(link: LinkRef, address: string): Operation<WifiStation | undefined> {
  const mac = checkAddress('address of station', address)
  const ifindex = yield* indexOf('link', link)
  const [found] = (yield* ifThere(read('NL80211_CMD_GET_STATION', { attrs: { ifindex, mac } }), 'ENOENT')) ?? []
  return found && toStation(found)
}

/** Disconnects a station. */
export function* removeStation(link: LinkRef, address: string): Operation<void> {
  const mac = checkAddress('address of station', address)
  const ifindex = yield* indexOf('link', link)
  yield* explained(change('NL80211_CMD_DEL_STATION', { attrs: { ifindex, mac } }), 'ENOENT', 'no such station')
}

/** Starts a scan that was encoded. Returns the index of the link. */
export function* startScan(link: LinkRef, attrs: Nl80211Attrs): Operation<number> {
  const ifindex = yield* indexOf('link', link)
  const request = change('NL80211_CMD_TRIGGER_SCAN', { attrs: { ...attrs, ifindex } })
  yield* explained(explained(request, 'ENODEV', NOT_WIRELESS), 'ENETDOWN', 'the link is down')
  return ifindex
}

/** Starts a scan. */
export function* triggerScan(link: LinkRef, scan: WifiScan = {}): Operation<void> {
  yield* startScan(link, encodeScan(scan))
}

/** Lists the networks that scans of an interface have found. */
export function* scanResults(link: LinkRef): Operation<WifiNetwork[]> {
  const attrs = { ifindex: yield* indexOf('link', link) }
  return (yield* explained(dump('NL80211_CMD_GET_SCAN', { attrs }), 'ENODEV', NOT_WIRELESS)).map(toNetwork)
}
