import {
  NL80211_BAND,
  NL80211_CMD,
  NL80211_DFS_STATE,
  NL80211_IFTYPE,
  type Nl80211BandAttrs,
  type Nl80211FrequencyAttrs,
  type Nl80211Message,
  WLAN_CIPHER_SUITE,
} from '../../generic/nl80211/index.js'
import { named } from '../values/names.js'
import { defined, withMessage } from '../values/objects.js'
import { channelOf, megahertz } from './channel.js'
import type { WifiBand, WifiChannel, Wiphy } from './types.js'

const toChannel = (attrs: Nl80211FrequencyAttrs): WifiChannel => {
  const { freq = 0, offset, maxTxPower, disabled, noIr, noIbss, radar, dfsState } = attrs
  return {
    ...{ channel: channelOf(freq), frequency: megahertz(freq, offset) },
    ...(maxTxPower !== undefined && disabled !== true && { maxTxPower: maxTxPower / 100 }),
    ...{ isDisabled: disabled === true, noIr: noIr === true || noIbss === true, isRadar: radar === true },
    ...(dfsState !== undefined && { dfsState: named(NL80211_DFS_STATE, dfsState) }),
  }
}

/** Joins the parts of each band: the kernel sends every channel in a message of its own. */
function bandsOf(messages: readonly Nl80211Message[]): WifiBand[] {
  const parts = new Map<number, Nl80211BandAttrs[]>()
  for (const { attrs } of messages)
    for (const [band, part] of attrs.wiphyBands ?? []) parts.set(band, [...(parts.get(band) ?? []), part])
  return [...parts].map(([band, all]) => ({
    band: named(NL80211_BAND, band),
    channels: all.flatMap(({ freqs = [] }) => freqs.map(toChannel)),
    bitrates: all.flatMap(({ rates = [] }) => rates.map(({ rate = 0 }) => rate / 10)),
  }))
}

/** Returns the words of the flags that are set, in the kernel's order. */
const wordsOfFlags = (flags: object): Wiphy['interfaceTypes'] =>
  Object.values(NL80211_IFTYPE.values)
    .map((number) => String(named(NL80211_IFTYPE, number)))
    .filter((word) => (flags as Readonly<Record<string, unknown>>)[camelCase(word)] === true) as Wiphy['interfaceTypes']

const camelCase = (word: string) => word.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

/** Converts the messages about one device. */
function toWiphy(messages: readonly Nl80211Message[]): Wiphy {
  const attrs = Object.assign({}, ...messages.map((each) => each.attrs)) as Nl80211Message['attrs']
  const { wiphy = 0, wiphyName = '', supportedIftypes = {}, supportedCommands = [], cipherSuites = [] } = attrs
  const object = {
    ...{ index: wiphy, name: wiphyName, bands: bandsOf(messages), interfaceTypes: wordsOfFlags(supportedIftypes) },
    commands: supportedCommands.map((each) => named(NL80211_CMD, each)),
    ciphers: [...cipherSuites].map((each) => named(WLAN_CIPHER_SUITE, each)),
    maxScanSsids: attrs.maxNumScanSsids ?? 0,
    ...defined({ retryShort: attrs.wiphyRetryShort, retryLong: attrs.wiphyRetryLong }),
  }
  return withMessage(object, messages)
}

/** Converts the messages of a dump, which describe each device in several parts. */
export function toWiphys(messages: readonly Nl80211Message[]): Wiphy[] {
  const byIndex = new Map<number, Nl80211Message[]>()
  for (const message of messages) {
    const { wiphy = 0 } = message.attrs
    byIndex.set(wiphy, [...(byIndex.get(wiphy) ?? []), message])
  }
  return [...byIndex.values()].map(toWiphy)
}
