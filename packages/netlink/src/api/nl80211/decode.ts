import { numbersOf } from '../../codec/index.js'
import {
  NL80211_BSS_STATUS,
  NL80211_CHAN_WIDTH,
  NL80211_CMD,
  NL80211_IFTYPE,
  type Nl80211Message,
  type Nl80211RateInfoAttrs,
  nl80211StaFlagsAttrs,
  WLAN_CAPABILITY,
} from '../../generic/nl80211/index.js'
import { flagsIn, named } from '../values/names.js'
import { defined, withMessage } from '../values/objects.js'
import { channelOf, megahertz } from './channel.js'
import { announcedBy } from './security.js'
import type { WifiBitrate, WifiInterface, WifiMessageEvent, WifiNetwork, WifiStation } from './types.js'

/** Returns hundredths as a number of units. */
const hundredths = (value: number | undefined) => (value === undefined ? undefined : value / 100)

const frequencyOf = (whole: number | undefined, offset: number | undefined) =>
  whole === undefined ? undefined : megahertz(whole, offset)

/** Converts a message to an interface. */
export function toInterface(message: Nl80211Message): WifiInterface {
  const { attrs } = message
  const { wiphyFreq, channelWidth, ssid } = attrs
  const object = {
    ...defined({ index: attrs.ifindex, name: attrs.ifname }),
    ...{ wiphy: attrs.wiphy ?? 0, wdev: attrs.wdev ?? 0n, type: named(NL80211_IFTYPE, attrs.iftype ?? 0) },
    ...defined({
      address: attrs.mac,
      ssid: ssid === undefined ? undefined : Buffer.from(ssid).toString(),
      frequency: frequencyOf(wiphyFreq, attrs.wiphyFreqOffset),
      channel: wiphyFreq === undefined ? undefined : channelOf(wiphyFreq),
      channelWidth: channelWidth === undefined ? undefined : named(NL80211_CHAN_WIDTH, channelWidth),
      centerFrequency: frequencyOf(attrs.centerFreq1, attrs.centerFreq1Offset),
      txPower: hundredths(attrs.wiphyTxPowerLevel),
    }),
    use4addr: attrs['4addr'] === 1,
  }
  return withMessage(object, message)
}

/** Converts a bitrate. The kernel reports the scheme under a name of its generation. */
function toBitrate(attrs: Nl80211RateInfoAttrs | undefined): WifiBitrate | undefined {
  if (attrs === undefined) return undefined
  const { bitrate32, bitrate = bitrate32 } = attrs
  const [mode, mcs, streams] =
    attrs.ehtMcs !== undefined
      ? (['eht', attrs.ehtMcs, attrs.ehtNss] as const)
      : attrs.heMcs !== undefined
        ? (['he', attrs.heMcs, attrs.heNss] as const)
        : attrs.vhtMcs !== undefined
          ? (['vht', attrs.vhtMcs, attrs.vhtNss] as const)
          : ([attrs.mcs === undefined ? 'legacy' : 'ht', attrs.mcs, undefined] as const)
  const rate = bitrate32 ?? bitrate
  return { mode, ...defined({ rate: rate === undefined ? undefined : rate / 10, mcs, streams }) }
}

/** Numbers of the bits that are set for a station. */
const stationFlags = numbersOf(nl80211StaFlagsAttrs).values

/** Converts a message to a station. */
export function toStation(message: Nl80211Message): WifiStation {
  const { mac = '', ifindex = 0, staInfo = {} } = message.attrs
  const has = (name: string) => ((staInfo.staFlags?.set ?? 0) & (1 << Number(stationFlags[name]))) !== 0
  const object = {
    ...{ address: mac, dev: ifindex },
    ...defined({ inactive: staInfo.inactiveTime, connected: staInfo.connectedTime }),
    rxBytes: staInfo.rxBytes64 ?? BigInt(staInfo.rxBytes ?? 0),
    txBytes: staInfo.txBytes64 ?? BigInt(staInfo.txBytes ?? 0),
    ...{ rxPackets: staInfo.rxPackets ?? 0, txPackets: staInfo.txPackets ?? 0 },
    ...{ txRetries: staInfo.txRetries ?? 0, txFailed: staInfo.txFailed ?? 0 },
    ...defined({
      ...{ signal: staInfo.signal, signalAverage: staInfo.signalAvg },
      ...{ txBitrate: toBitrate(staInfo.txBitrate), rxBitrate: toBitrate(staInfo.rxBitrate) },
      expectedThroughput: staInfo.expectedThroughput,
    }),
    ...{ isAuthorized: has('AUTHORIZED'), isAuthenticated: has('AUTHENTICATED'), isAssociated: has('ASSOCIATED') },
  }
  return withMessage(object, message)
}

/** Converts a message to a network. */
export function toNetwork(message: Nl80211Message): WifiNetwork {
  const { ifindex = 0, bss = {} } = message.attrs
  const { bssid = '', frequency = 0, capability = 0, status } = bss
  const elements = bss.informationElements ?? bss.beaconIes ?? new Uint8Array()
  const object = {
    ...{ bssid, dev: ifindex, frequency: megahertz(frequency, bss.frequencyOffset), channel: channelOf(frequency) },
    ...defined({ signal: hundredths(bss.signalMbm) }),
    ...{ lastSeen: bss.seenMsAgo ?? 0, beaconInterval: bss.beaconInterval ?? 0 },
    capabilities: flagsIn(WLAN_CAPABILITY, capability),
    ...announcedBy(elements, (capability & WLAN_CAPABILITY.PRIVACY) !== 0),
    ...(status !== undefined && { status: named(NL80211_BSS_STATUS, status) }),
  }
  return withMessage(object, message)
}

/** Converts a notification. */
export function toWifiEvent(message: Nl80211Message): WifiMessageEvent {
  const { wiphy, ifindex, mac } = message.attrs
  const object = {
    type: named(NL80211_CMD, message.cmd) as WifiMessageEvent['type'],
    ...defined({ wiphy, dev: ifindex, address: mac }),
  }
  return withMessage(object, message)
}
