import { WLAN_AKM_SUITE, WLAN_CIPHER_SUITE } from '../../generic/nl80211/index.js'
import { named } from '../values/names.js'
import type { WifiCiphers, WifiNetwork } from './types.js'

// Elements of beacons, IEEE 802.11-2020, 9.4.2.

const SSID = 0
const RSN = 48
const VENDOR = 221
/** OUI and type of the element of WPA. Its suites have this OUI, too. */
const WPA = 0x0050f201

/** Yields the elements of a beacon: number, length, and that many bytes. A torn one at the end is left out. */
function* elementsOf(bytes: Uint8Array): Generator<readonly [id: number, body: Buffer]> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at + 2 <= buffer.length; ) {
    const [id = 0, length = 0] = buffer.subarray(at, at + 2)
    if (at + 2 + length > buffer.length) return
    yield [id, buffer.subarray(at + 2, at + 2 + length)]
    at += 2 + length
  }
}

/** Suites of the first WPA have the numbers of RSN with another OUI. */
const asRsn = (suite: number) => (suite >>> 8 === WPA >>> 8 ? (0x000fac00 | (suite & 0xff)) >>> 0 : suite)

/** Reads a list of suites: a number of 16 bits, and 4 bytes for each. Returns the offset behind it. */
function suitesAt(body: Buffer, at: number): readonly [suites: number[], end: number] {
  if (at + 2 > body.length) return [[], body.length]
  const count = Math.min(body.readUInt16LE(at), Math.floor((body.length - at - 2) / 4))
  const suites = Array.from({ length: count }, (_, index) => asRsn(body.readUInt32BE(at + 2 + 4 * index)))
  return [suites, at + 2 + 4 * count]
}

/** Reads the algorithms of an element. `at` is the offset behind the version. Parts that are left out have defaults. */
function ciphersOf(body: Buffer, at: number, byDefault: number): WifiCiphers {
  const group = at + 4 <= body.length ? asRsn(body.readUInt32BE(at)) : byDefault
  const [pairwise, end] = suitesAt(body, at + 4)
  const [akm] = suitesAt(body, end)
  return {
    group: named(WLAN_CIPHER_SUITE, group),
    pairwise: (pairwise.length > 0 ? pairwise : [byDefault]).map((each) => named(WLAN_CIPHER_SUITE, each)),
    keyManagement: (akm.length > 0 ? akm : [WLAN_AKM_SUITE['8021X']]).map((each) => named(WLAN_AKM_SUITE, each)),
  }
}

/** Words of key management. Those of WPA3 have their own. */
function wordOf(protocol: 'wpa' | 'wpa2', management: string): string {
  if (/^(sae|ft_over_sae)$/.test(management)) return 'wpa3-sae'
  if (management === 'owe') return 'owe'
  if (/^8021x_suite_b/.test(management)) return 'wpa3-eap'
  if (/psk/.test(management)) return `${protocol}-psk`
  return /8021x|fils/.test(management) ? `${protocol}-eap` : protocol
}

const wordsOf = (protocol: 'wpa' | 'wpa2', ciphers: WifiCiphers | undefined) =>
  (ciphers?.keyManagement ?? []).map((each) => wordOf(protocol, String(each)))

/** The name and security that a network announces. */
export type Announced = Pick<WifiNetwork, 'ssid' | 'security' | 'rsn' | 'wpa'>

/** Reads name and security of a network from the elements of its beacon. `isPrivate` is true with the capability PRIVACY. */
export function announcedBy(elements: Uint8Array, isPrivate: boolean): Announced {
  let ssid = ''
  let rsn: WifiCiphers | undefined
  let wpa: WifiCiphers | undefined
  for (const [id, body] of elementsOf(elements)) {
    // A hidden network announces nothing, or zeros.
    if (id === SSID) ssid = body.every((byte) => byte === 0) ? '' : body.toString()
    else if (id === RSN) rsn = ciphersOf(body, 2, WLAN_CIPHER_SUITE.CCMP)
    else if (id === VENDOR && body.length >= 6 && body.readUInt32BE(0) === WPA)
      wpa = ciphersOf(body, 6, WLAN_CIPHER_SUITE.TKIP)
  }
  const words = [...new Set([...wordsOf('wpa', wpa), ...wordsOf('wpa2', rsn)])]
  return {
    ssid,
    security: words.length > 0 ? words : [isPrivate ? 'wep' : 'open'],
    ...(rsn && { rsn }),
    ...(wpa && { wpa }),
  }
}
