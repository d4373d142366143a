import { ArgumentError, isInterfaceName, show } from '../../codec/index.js'
import { NL80211_IFTYPE, NL80211_SCAN_FLAG, type Nl80211Attrs } from '../../generic/nl80211/index.js'
import { type Accepted, BOOLEAN, checkValue, integers, LIST, MAC, U32 } from '../values/accepted.js'
import { numberOf } from '../values/names.js'
import { checkKeys, defined, requireKeys } from '../values/objects.js'
import type { NewWifiInterface, WifiInterfaceChanges, WifiScan, WiphyRef } from './types.js'

const NAME: Accepted = {
  allowed: 'the name of a link',
  fits: (value) => typeof value === 'string' && isInterfaceName(value),
}
/** IEEE80211_MAX_SSID_LEN */
const SSID: Accepted = {
  allowed: 'a text of up to 32 bytes',
  fits: (value) => typeof value === 'string' && Buffer.byteLength(value) <= 32,
}
const FREQUENCY = integers(1, 0xffffffff)

/** Checks an address of a station. @throws {TypeError} */
export function checkAddress(key: string, address: string): string {
  checkValue(key, address, MAC)
  return address
}

/** Checks a wireless device. Returns its index or its name. @throws {TypeError} */
export function wiphyKey(ref: WiphyRef): number | string {
  const key = typeof ref === 'object' && ref !== null ? ref.index : ref
  if (typeof key === 'string' ? key !== '' : U32.fits(key)) return key
  throw new ArgumentError(`expected wiphy to be an index or a name like phy0, got ${show(ref)}`)
}

const typeNumber = (type: string) => numberOf('type of interface', NL80211_IFTYPE, type)

/** Returns the attributes of an interface to add, without its device. @throws {TypeError} */
export function encodeInterface(added: NewWifiInterface): Nl80211Attrs {
  const keys = { wiphy: 1, name: NAME, type: 1, address: MAC, use4addr: BOOLEAN }
  checkKeys('interface', added, keys satisfies Record<keyof NewWifiInterface, unknown>)
  requireKeys('interface', added, 'wiphy', 'name', 'type')
  const { name, type, address, use4addr } = added
  return { ifname: name, iftype: typeNumber(type), ...defined({ mac: address, ...fourAddresses(use4addr) }) }
}

const fourAddresses = (use4addr: boolean | undefined) => ({
  '4addr': use4addr === undefined ? undefined : Number(use4addr),
})

/** Returns the attributes of changes of an interface. @throws {TypeError} */
export function encodeInterfaceChanges(changes: WifiInterfaceChanges): Nl80211Attrs {
  const keys = { type: 1, use4addr: BOOLEAN } satisfies Record<keyof WifiInterfaceChanges, unknown>
  checkKeys('changes', changes, keys)
  const { type, use4addr } = changes
  if (type === undefined && use4addr === undefined)
    throw new ArgumentError("expected changes to have 'type' or 'use4addr', got none")
  return defined({ iftype: type === undefined ? undefined : typeNumber(type), ...fourAddresses(use4addr) })
}

/** Checks a scan. Returns its attributes, without the link. @throws {TypeError} */
export function encodeScan(scan: WifiScan): Nl80211Attrs {
  const keys = { ssids: LIST, frequencies: LIST, passive: BOOLEAN, flush: BOOLEAN }
  checkKeys('scan', scan, keys satisfies Record<keyof WifiScan, unknown>)
  const { ssids = [''], frequencies, passive = false, flush = false } = scan
  if (passive && scan.ssids !== undefined)
    throw new ArgumentError(`expected ssids of scan only without passive, got ${show(scan.ssids)}`)
  for (const [at, ssid] of ssids.entries()) checkValue(`ssids[${at}] of scan`, ssid, SSID)
  for (const [at, frequency] of (frequencies ?? []).entries())
    checkValue(`frequencies[${at}] of scan`, frequency, FREQUENCY)
  return {
    // Without SSIDs, the kernel only listens.
    ...(!passive && { scanSsids: ssids.map((ssid) => Buffer.from(ssid)) }),
    ...(frequencies !== undefined && { scanFrequencies: [...frequencies] }),
    ...(flush && { scanFlags: NL80211_SCAN_FLAG.FLUSH }),
  }
}
