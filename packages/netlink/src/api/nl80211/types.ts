import type {
  NL80211_BAND,
  NL80211_BSS_STATUS,
  NL80211_CHAN_WIDTH,
  NL80211_CMD,
  NL80211_DFS_STATE,
  NL80211_IFTYPE,
  Nl80211Message,
  WLAN_AKM_SUITE,
  WLAN_CAPABILITY,
  WLAN_CIPHER_SUITE,
} from '../../generic/nl80211/index.js'
import type { Flag, Named, NameOf } from '../values/names.js'

/** A wireless device, by its index or name: `phy0`. One that was read is accepted, too. */
export type WiphyRef = number | string | { readonly index: number }

/** A channel of a band. */
export interface WifiChannel {
  /** Number in its band: 1, 36, …; 0 in the band `s1ghz`. */
  readonly channel: number
  /** MHz; half ones in the band `s1ghz`. */
  readonly frequency: number
  /** Largest transmit power, dBm. */
  readonly maxTxPower?: number
  /** True if the rules of the country forbid it. */
  readonly isDisabled: boolean
  /** True if the device must not send first there: no access point, no active scan. */
  readonly noIr: boolean
  /** True if it is shared with radars. */
  readonly isRadar: boolean
  /** `usable`, `available`, `unavailable`: state of the search for radars. Absent for channels without. */
  readonly dfsState?: Named<typeof NL80211_DFS_STATE>
}

/** A band of a wireless device. */
export interface WifiBand {
  /** `2ghz`, `5ghz`, `6ghz`, `60ghz`, `s1ghz`, … */
  readonly band: Named<typeof NL80211_BAND>
  readonly channels: readonly WifiChannel[]
  /** Bitrates without MCS, Mbit/s. */
  readonly bitrates: readonly number[]
}

/** A wireless device, like a phy of `iw`. */
export interface Wiphy {
  readonly index: number
  /** `phy0` */
  readonly name: string
  readonly bands: readonly WifiBand[]
  /** Types of interfaces that it supports. */
  readonly interfaceTypes: readonly NameOf<typeof NL80211_IFTYPE>[]
  /** Names of commands that it supports, in lower case: `new_interface`, `start_ap`, … The kernel lists only a part of them. */
  readonly commands: readonly Named<typeof NL80211_CMD>[]
  /** Ciphers that it supports. */
  readonly ciphers: readonly Named<typeof WLAN_CIPHER_SUITE>[]
  /** Number of SSIDs that a scan can contain. */
  readonly maxScanSsids: number
  /** Number of attempts for short and long frames. */
  readonly retryShort?: number
  readonly retryLong?: number
  /** The messages of the kernel, which splits the description. Not enumerable. */
  readonly message: readonly Nl80211Message[]
}

/** An interface of a wireless device. */
export interface WifiInterface {
  /** Index of its link. Absent for one without a link, such as `p2p_device`. */
  readonly index?: number
  readonly name?: string
  /** Index of the wireless device. */
  readonly wiphy: number
  /** Number of the interface, also of one without a link. */
  readonly wdev: bigint
  /** `station` (iw: managed), `ap`, `adhoc` (iw: IBSS), `mesh_point`, `monitor`, … */
  readonly type: Named<typeof NL80211_IFTYPE>
  /** Link-layer address. */
  readonly address?: string
  /** Name of the network that it belongs to. */
  readonly ssid?: string
  /** Frequency of the primary channel, MHz. Absent if it uses none. */
  readonly frequency?: number
  /** Number of the primary channel. */
  readonly channel?: number
  /** `20_noht`, `20`, `40`, `80`, `80p80`, `160`, … MHz */
  readonly channelWidth?: Named<typeof NL80211_CHAN_WIDTH>
  /** Center of the whole channel, MHz. */
  readonly centerFrequency?: number
  /** dBm */
  readonly txPower?: number
  /** True if frames contain four addresses, as a port of a bridge needs. */
  readonly use4addr: boolean
  /** The message of the kernel. Not enumerable. */
  readonly message: Nl80211Message
}

/** An interface to add. */
export interface NewWifiInterface {
  readonly wiphy: WiphyRef
  readonly name: string
  readonly type: NameOf<typeof NL80211_IFTYPE>
  /** Link-layer address. Default: one that the driver chooses. */
  readonly address?: string | undefined
  /** True to send frames with four addresses. */
  readonly use4addr?: boolean | undefined
}

/** Changes of an interface. */
export interface WifiInterfaceChanges {
  /** Most drivers change the type only of a link that is down. */
  readonly type?: NameOf<typeof NL80211_IFTYPE> | undefined
  readonly use4addr?: boolean | undefined
}

/** A bitrate of a station. */
export interface WifiBitrate {
  /** Mbit/s. Absent if the driver does not report it. */
  readonly rate?: number
  /** Modulation and coding scheme. */
  readonly mcs?: number
  /** Number of spatial streams. Absent for `ht`, in which the scheme contains it, and for `legacy`. */
  readonly streams?: number
  /** Generation: 802.11n, ac, ax, be. `legacy` for older ones. */
  readonly mode: 'legacy' | 'ht' | 'vht' | 'he' | 'eht'
}

/** A peer of an interface: the access point of a station, a station of an access point, a member of an ad-hoc network. */
export interface WifiStation {
  /** Link-layer address. */
  readonly address: string
  /** Index of the link. */
  readonly dev: number
  /** Milliseconds since the last activity. */
  readonly inactive?: number
  /** Seconds since it is connected. */
  readonly connected?: number
  readonly rxBytes: bigint
  readonly txBytes: bigint
  readonly rxPackets: number
  readonly txPackets: number
  readonly txRetries: number
  readonly txFailed: number
  /** Signal of the last frame, dBm. */
  readonly signal?: number
  /** Average signal, dBm. */
  readonly signalAverage?: number
  readonly txBitrate?: WifiBitrate
  readonly rxBitrate?: WifiBitrate
  /** Kbit/s that the driver expects. */
  readonly expectedThroughput?: number
  /** True if it may exchange data. */
  readonly isAuthorized: boolean
  readonly isAuthenticated: boolean
  readonly isAssociated: boolean
  /** The message of the kernel. Not enumerable. */
  readonly message: Nl80211Message
}

/** A station with the name of the link. */
export interface NamedWifiStation extends WifiStation {
  readonly devName?: string
}

/** A scan to start. */
export interface WifiScan {
  /** Networks to request, which finds hidden ones. An empty text requests all. Default: all, without hidden ones. */
  readonly ssids?: readonly string[] | undefined
  /** Frequencies to scan, MHz. Default: all. */
  readonly frequencies?: readonly number[] | undefined
  /** True to listen for beacons only, and to send nothing. */
  readonly passive?: boolean | undefined
  /** True to forget earlier results first. */
  readonly flush?: boolean | undefined
}

/** Algorithms of a network: of the element RSN (WPA2, WPA3), or of the older one of WPA. */
export interface WifiCiphers {
  /** Cipher of frames to all stations: `ccmp`. */
  readonly group: Named<typeof WLAN_CIPHER_SUITE>
  /** Ciphers of frames to one station. */
  readonly pairwise: readonly Named<typeof WLAN_CIPHER_SUITE>[]
  /** Key management: `psk`, `sae`, `8021x`, … */
  readonly keyManagement: readonly Named<typeof WLAN_AKM_SUITE>[]
}

/** A network that a scan has found (BSS). */
export interface WifiNetwork {
  /** Link-layer address of the access point. */
  readonly bssid: string
  /** Index of the link that has found it. */
  readonly dev: number
  /** Its name; empty for a hidden network. Bytes that are not UTF-8 are replaced. */
  readonly ssid: string
  /** MHz */
  readonly frequency: number
  /** Number of the channel. */
  readonly channel: number
  /** dBm. Absent if the driver does not report it so. */
  readonly signal?: number
  /** Milliseconds since the last beacon. */
  readonly lastSeen: number
  /** Units of 1024 microseconds. */
  readonly beaconInterval: number
  readonly capabilities: readonly Flag<typeof WLAN_CAPABILITY>[]
  /**
   * Words for users: `open`, `wep`, `wpa-psk`, `wpa2-psk`, `wpa2-eap`, `wpa3-sae`, `wpa3-eap`, `owe`. A network can have several. `wpa2` with another
   * key management is `wpa2`.
   */
  readonly security: readonly string[]
  /** Algorithms of WPA2 and WPA3. */
  readonly rsn?: WifiCiphers
  /** Algorithms of the first WPA. */
  readonly wpa?: WifiCiphers
  /** `associated`, `ibss_joined`: the interface belongs to it. */
  readonly status?: Named<typeof NL80211_BSS_STATUS>
  /** The message of the kernel. Not enumerable. */
  readonly message: Nl80211Message
}

/** A network with the name of the link. */
export interface NamedWifiNetwork extends WifiNetwork {
  readonly devName?: string
}

/** A notification: a device, an interface or a station was added or removed, a scan has begun or ended, … */
export interface WifiMessageEvent {
  /** Name of the command in lower case: `new_interface`, `del_station`, `trigger_scan`, `new_scan_results`, `scan_aborted`, … */
  readonly type: NameOf<typeof NL80211_CMD>
  /** Index of the wireless device. */
  readonly wiphy?: number
  /** Index of the link. */
  readonly dev?: number
  /** Link-layer address of the peer. */
  readonly address?: string
  /** The message of the kernel. Not enumerable. */
  readonly message: Nl80211Message
}

/** The kernel has dropped events, because they were not read in time. */
export interface WifiOverrun {
  readonly type: 'overrun'
}

/** An event of `nl.nl80211.watch()`. */
export type WifiEvent = WifiMessageEvent | WifiOverrun
