import { atCaller, calledBy } from '../../connection/caller.js'
import { nl80211 } from '../../generic/nl80211/index.js'
import { bind } from '../run/bind.js'
import type { Connections } from '../run/connections.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { withLinks } from '../run/with-links.js'
import { describeLink } from '../values/describe.js'
import { snapshot } from '../values/snapshot.js'
import { EventStream, type EventStreamOptions } from '../watch/event-stream.js'
import type {
  WifiInterfaceOperations,
  WifiScanOperations,
  WifiScanRequests,
  WifiStationOperations,
  WiphyOperations,
} from './interfaces.js'
import {
  addInterface,
  getInterface,
  getStation,
  getWiphy,
  listInterfaces,
  listStations,
  listWiphys,
  removeInterface,
  removeStation,
  scanResults,
  setInterface,
  triggerScan,
} from './requests.js'
import { runScan } from './scan.js'
import type { WifiEvent } from './types.js'
import { wifiEvents } from './watch.js'

/** Wireless devices, their interfaces, stations and scans: `nl.nl80211`. */
export interface Nl80211Operations {
  readonly wiphy: WiphyOperations
  readonly interface: WifiInterfaceOperations
  readonly station: WifiStationOperations
  readonly scan: WifiScanOperations
  /**
   * Returns notifications about devices, interfaces, stations, scans and rules, for `for await`, like `iw event`.
   * @throws {TypeError} for a wrong option. Other errors are those of the loop.
   */
  watch(options?: EventStreamOptions): EventStream<WifiEvent>
}

/** Creates the operations. */
export const open = (connections: Connections): Nl80211Operations => {
  const family = () => connections.generic(nl80211)
  const connection = withLinks(connections, () => family() as AnyConnection)
  const runner = (object: string) => new Runner(() => connection, object, describeLink)
  const scans = runner('scan')
  const run: WifiScanOperations['run'] = async (link, scan, options) => {
    try {
      return await runScan(family, scans, snapshot(link), snapshot(scan), options)
    } catch (error) {
      throw atCaller(error, run)
    }
  }
  const watch: Nl80211Operations['watch'] = (options = {}) =>
    calledBy(watch, () => EventStream.from(wifiEvents(family), options))
  return {
    wiphy: bind<WiphyOperations>(runner('wireless device'), {
      list: { arguments: 0, run: listWiphys },
      get: { arguments: 1, run: getWiphy },
    }),
    interface: bind<WifiInterfaceOperations>(runner('interface'), {
      list: { arguments: 0, run: listInterfaces },
      get: { arguments: 1, run: getInterface },
      add: { arguments: 1, run: addInterface },
      set: { arguments: 2, run: setInterface },
      delete: { arguments: 1, run: removeInterface },
    }),
    station: bind<WifiStationOperations>(runner('station'), {
      list: { arguments: 1, run: listStations, reads: true },
      get: { arguments: 2, run: getStation, reads: true },
      delete: { arguments: 2, run: removeStation },
    }),
    scan: {
      ...bind<WifiScanRequests>(scans, {
        trigger: { arguments: 2, run: triggerScan },
        results: { arguments: 1, run: scanResults, reads: true },
      }),
      run,
    },
    watch,
  }
}
