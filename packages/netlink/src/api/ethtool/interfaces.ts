import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import type { LinkRef } from '../values/link-ref.js'
import type * as types from './types.js'

/** Reads one kind of objects. Methods that end with `Sync` block the thread. */
export interface EthtoolReads<T> {
  /** Lists the objects of all links. Links whose driver does not support the request are left out. */
  list(options?: WaitOptions): Promise<T[]>
  /** Lists the objects of all links. Synchronous form of {@link EthtoolReads.list}. */
  listSync(options?: TimeoutOptions): T[]
  /**
   * Returns the object of one link.
   * @throws {NetlinkError} `EOPNOTSUPP` if its driver does not support the request, `ENODEV` if the link does not exist
   */
  get(link: LinkRef, options?: WaitOptions): Promise<T>
  /** Returns the object of one link. Synchronous form of {@link EthtoolReads.get}. */
  getSync(link: LinkRef, options?: TimeoutOptions): T
}

/** Reads and changes one kind of objects. Methods that end with `Sync` block the thread. */
export interface EthtoolSettings<T, C> extends EthtoolReads<T> {
  /**
   * Changes the object of one link. What `change` leaves out keeps its value.
   * @throws {TypeError} for a wrong value. Nothing was changed.
   * @throws {NetlinkError} `EOPNOTSUPP` if its driver does not support the change
   */
  set(link: LinkRef, change: C, options?: WaitOptions): Promise<void>
  /** Changes the object of one link. Synchronous form of {@link EthtoolSettings.set}. */
  setSync(link: LinkRef, change: C, options?: TimeoutOptions): void
}

/** Reads and changes features, like `ethtool -k` and `-K`. Methods that end with `Sync` block the thread. */
export interface EthtoolFeatureOperations extends EthtoolReads<types.EthtoolFeatures> {
  /**
   * Turns features on and off, by the kernel's names or by those of ethtool's groups:
   * `{ 'rx-gro': false, 'tx-checksumming': true }`. Resolves to the features that changed, also because they depend on others.
   * @throws {TypeError} for a name that the kernel does not have. Nothing was changed.
   * @throws {NetlinkError} `EOPNOTSUPP` if the driver does not let a feature be changed
   */
  set(
    link: LinkRef,
    change: Readonly<Record<string, boolean>>,
    options?: WaitOptions,
  ): Promise<Readonly<Record<string, boolean>>>
  /** Turns features on and off. Synchronous form of {@link EthtoolFeatureOperations.set}. */
  setSync(
    link: LinkRef,
    change: Readonly<Record<string, boolean>>,
    options?: TimeoutOptions,
  ): Readonly<Record<string, boolean>>
}

/** Operations on a link that are not about one kind of objects. */
export interface EthtoolActions {
  /**
   * Returns everything that the driver of a link reports, like `ethtool eth0` and its options. What it does not support is left out.
   * @throws {NetlinkError} `ENODEV` if the link does not exist
   */
  get(link: LinkRef, options?: WaitOptions): Promise<types.EthtoolDevice>
  /** Returns everything that the driver of a link reports. Synchronous form of {@link EthtoolActions.get}. */
  getSync(link: LinkRef, options?: TimeoutOptions): types.EthtoolDevice
  /** Returns the names of a set, by their bits; for some sets, those of a link. A bit without a name has an empty one. */
  strings(set: types.EthtoolStringSet, link?: LinkRef, options?: WaitOptions): Promise<string[]>
  /** Returns the names of a set. Synchronous form of {@link EthtoolActions.strings}. */
  stringsSync(set: types.EthtoolStringSet, link?: LinkRef, options?: TimeoutOptions): string[]
  /** Reads at most 128 bytes of the memory of a transceiver module, like `ethtool -m eth0 hex on`. */
  readModule(link: LinkRef, part: types.EthtoolModulePage, options?: WaitOptions): Promise<Uint8Array>
  /** Reads the memory of a transceiver module. Synchronous form of {@link EthtoolActions.readModule}. */
  readModuleSync(link: LinkRef, part: types.EthtoolModulePage, options?: TimeoutOptions): Uint8Array
  /** Starts a test of the cable, like `ethtool --cable-test`. The driver reports its results as notifications. */
  cableTest(link: LinkRef, options?: WaitOptions): Promise<void>
  /** Starts a test of the cable. Synchronous form of {@link EthtoolActions.cableTest}. */
  cableTestSync(link: LinkRef, options?: TimeoutOptions): void
}
