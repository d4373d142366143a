import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import type { Read, ReadOptions, ReadOptionsSync } from '../run/names.js'
import type { LinkRef } from '../values/link-ref.js'
import type {
  NamedWifiNetwork,
  NamedWifiStation,
  NewWifiInterface,
  WifiInterface,
  WifiInterfaceChanges,
  WifiNetwork,
  WifiScan,
  WifiStation,
  Wiphy,
  WiphyRef,
} from './types.js'

/** Operations on wireless devices: `nl.nl80211.wiphy`. */
export interface WiphyOperations {
  /** Lists wireless devices with their bands and channels, like `iw phy`. */
  list(options?: WaitOptions): Promise<Wiphy[]>

  /** Lists wireless devices. Synchronous form of {@link WiphyOperations.list}. */
  listSync(options?: TimeoutOptions): Wiphy[]

  /** Returns a wireless device, like `iw phy phy0 info`; `undefined` if there is none. */
  get(wiphy: WiphyRef, options?: WaitOptions): Promise<Wiphy | undefined>

  /** Returns a wireless device. Synchronous form of {@link WiphyOperations.get}. */
  getSync(wiphy: WiphyRef, options?: TimeoutOptions): Wiphy | undefined
}

/** Operations on interfaces of wireless devices: `nl.nl80211.interface`. */
export interface WifiInterfaceOperations {
  /** Lists interfaces, like `iw dev`. */
  list(options?: WaitOptions): Promise<WifiInterface[]>

  /** Lists interfaces. Synchronous form of {@link WifiInterfaceOperations.list}. */
  listSync(options?: TimeoutOptions): WifiInterface[]

  /** Returns an interface, like `iw dev wlan0 info`; `undefined` for a link that does not exist or is not wireless. */
  get(link: LinkRef, options?: WaitOptions): Promise<WifiInterface | undefined>

  /** Returns an interface. Synchronous form of {@link WifiInterfaceOperations.get}. */
  getSync(link: LinkRef, options?: TimeoutOptions): WifiInterface | undefined

  /**
   * Adds an interface, like `iw phy phy0 interface add mon0 type monitor`, and returns it.
   * @throws {NetlinkError} `ENODEV` if there is no such wireless device, `EOPNOTSUPP` if it does not support the type
   */
  add(added: NewWifiInterface, options?: WaitOptions): Promise<WifiInterface>

  /** Adds an interface. Synchronous form of {@link WifiInterfaceOperations.add}. */
  addSync(added: NewWifiInterface, options?: TimeoutOptions): WifiInterface

  /**
   * Changes an interface, like `iw dev wlan0 set type ibss`.
   * @throws {NetlinkError} `EBUSY` if the driver changes the type only of a link that is down
   */
  set(link: LinkRef, changes: WifiInterfaceChanges, options?: WaitOptions): Promise<void>

  /** Changes an interface. Synchronous form of {@link WifiInterfaceOperations.set}. */
  setSync(link: LinkRef, changes: WifiInterfaceChanges, options?: TimeoutOptions): void

  /** Deletes an interface with its link, like `iw dev mon0 del`. */
  delete(link: LinkRef, options?: WaitOptions): Promise<void>

  /** Deletes an interface. Synchronous form of {@link WifiInterfaceOperations.delete}. */
  deleteSync(link: LinkRef, options?: TimeoutOptions): void
}

/** Operations on stations: `nl.nl80211.station`. */
export interface WifiStationOperations {
  /** Lists the stations of an interface with their statistics, like `iw dev wlan0 station dump`. */
  list<N extends boolean = false>(
    link: LinkRef,
    options?: ReadOptions<N>,
  ): Promise<Read<N, WifiStation, NamedWifiStation>[]>

  /** Lists the stations of an interface. Synchronous form of {@link WifiStationOperations.list}. */
  listSync<N extends boolean = false>(
    link: LinkRef,
    options?: ReadOptionsSync<N>,
  ): Read<N, WifiStation, NamedWifiStation>[]

  /** Returns a station, like `iw dev wlan0 station get ADDRESS`; `undefined` if there is none. */
  get<N extends boolean = false>(
    link: LinkRef,
    address: string,
    options?: ReadOptions<N>,
  ): Promise<Read<N, WifiStation, NamedWifiStation> | undefined>

  /** Returns a station. Synchronous form of {@link WifiStationOperations.get}. */
  getSync<N extends boolean = false>(
    link: LinkRef,
    address: string,
    options?: ReadOptionsSync<N>,
  ): Read<N, WifiStation, NamedWifiStation> | undefined

  /** Disconnects a station of an access point, like `iw dev wlan0 station del ADDRESS`. @throws {NetlinkError} `ENOENT` if there is none */
  delete(link: LinkRef, address: string, options?: WaitOptions): Promise<void>

  /** Disconnects a station. Synchronous form of {@link WifiStationOperations.delete}. */
  deleteSync(link: LinkRef, address: string, options?: TimeoutOptions): void
}

/** Scans with a synchronous form. */
export interface WifiScanRequests {
  /**
   * Starts a scan, like `iw dev wlan0 scan trigger`. It ends with an event `new_scan_results` or `scan_aborted`.
   * @throws {NetlinkError} `ENETDOWN` if the link is down, `EBUSY` during another scan
   */
  trigger(link: LinkRef, scan?: WifiScan, options?: WaitOptions): Promise<void>

  /** Starts a scan. Synchronous form of {@link WifiScanRequests.trigger}. */
  triggerSync(link: LinkRef, scan?: WifiScan, options?: TimeoutOptions): void

  /** Lists the networks that scans have found, like `iw dev wlan0 scan dump`. */
  results<N extends boolean = false>(
    link: LinkRef,
    options?: ReadOptions<N>,
  ): Promise<Read<N, WifiNetwork, NamedWifiNetwork>[]>

  /** Lists the networks that scans have found. Synchronous form of {@link WifiScanRequests.results}. */
  resultsSync<N extends boolean = false>(
    link: LinkRef,
    options?: ReadOptionsSync<N>,
  ): Read<N, WifiNetwork, NamedWifiNetwork>[]
}

/** Operations on scans: `nl.nl80211.scan`. */
export interface WifiScanOperations extends WifiScanRequests {
  /**
   * Starts a scan, waits for its end and lists the networks, like `iw dev wlan0 scan`. A scan takes seconds. `signal` ends the wait.
   * @throws {NetlinkError} `ECANCELED` if the scan is aborted, and those of {@link WifiScanRequests.trigger}
   */
  run(link: LinkRef, scan?: WifiScan, options?: WaitOptions): Promise<WifiNetwork[]>
}
