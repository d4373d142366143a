import { calledBy } from '../../connection/caller.js'
import { devlink } from '../../generic/devlink/index.js'
import { bind } from '../run/bind.js'
import type { Connections } from '../run/connections.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { EventStream, type EventStreamOptions } from '../watch/event-stream.js'
import { describeDevlink } from './handle.js'
import type {
  DevlinkDevices,
  DevlinkEswitches,
  DevlinkHealth,
  DevlinkInfos,
  DevlinkParams,
  DevlinkPorts,
  DevlinkRates,
  DevlinkRegions,
  DevlinkResources,
  DevlinkTrapGroups,
  DevlinkTrapPolicers,
  DevlinkTraps,
} from './interfaces.js'
import {
  addRate,
  addSnapshot,
  deleteRate,
  deleteSnapshot,
  readSnapshot,
  setRate,
  setTrap,
  setTrapGroup,
  setTrapPolicer,
} from './more-write.js'
import { setParam } from './param.js'
import * as ports from './port.js'
import * as reads from './read.js'
import { listResources, setResource } from './resource.js'
import { type DevlinkEvent, eventsOf } from './watch.js'
import * as writes from './write.js'

/**
 * Operations on devices of drivers: `nl.devlink`. A device has a handle of its bus and its name, `pci/0000:01:00.0`, and a port that of its
 * device and its index, `pci/0000:01:00.0/1`. Objects that were read can be given instead.
 */
export interface DevlinkOperations extends DevlinkDevices {
  /** Drivers, serial numbers and versions. */
  readonly info: DevlinkInfos
  readonly port: DevlinkPorts
  readonly param: DevlinkParams
  readonly health: DevlinkHealth
  readonly resource: DevlinkResources
  readonly eswitch: DevlinkEswitches
  readonly region: DevlinkRegions
  readonly trap: DevlinkTraps
  readonly trapGroup: DevlinkTrapGroups
  readonly trapPolicer: DevlinkTrapPolicers
  readonly rate: DevlinkRates
  /**
   * Returns changes of any process and driver, for `for await`. Like `devlink monitor`.
   *
   * ```ts
   * for await (const event of nl.devlink.watch())
   *   if (event.kind === 'health' && event.type === 'changed') console.log(event.object.name, event.object.state)
   * ```
   * @throws {TypeError} for a wrong option. Other errors are those of the loop.
   */
  watch(options?: EventStreamOptions): EventStream<DevlinkEvent>
}

/** Creates the operations. */
export function open(connections: Connections): DevlinkOperations {
  const family = () => connections.generic(devlink)
  const connection = () => family() as unknown as AnyConnection
  const runner = (object: string) => new Runner(connection, object, describeDevlink)
  const one = { arguments: 1 } as const
  const two = { arguments: 2 } as const
  const devices = bind<DevlinkDevices>(runner('device'), {
    list: { arguments: 0, run: reads.listDevices },
    get: { ...one, run: reads.getDevice },
    reload: { ...two, run: writes.reload },
  })
  const watch: DevlinkOperations['watch'] = (options = {}) =>
    calledBy(watch, () => EventStream.from(eventsOf(family), options))
  return {
    ...devices,
    info: bind<DevlinkInfos>(runner('device'), {
      list: { ...one, run: reads.listInfos },
      get: { ...one, run: reads.getInfo },
    }),
    port: bind<DevlinkPorts>(runner('port'), {
      list: { ...one, run: reads.listPorts },
      get: { ...one, run: reads.getPort },
      add: { ...two, run: ports.addPort },
      delete: { ...one, run: ports.deletePort },
      set: { ...two, run: ports.setPort },
      split: { ...two, run: ports.splitPort },
      unsplit: { ...one, run: ports.unsplitPort },
    }),
    param: bind<DevlinkParams>(runner('parameter'), {
      list: { ...one, run: reads.listParams },
      get: { ...two, run: reads.getParam },
      set: { ...two, run: setParam },
    }),
    health: bind<DevlinkHealth>(runner('health reporter'), {
      list: { ...one, run: reads.listReporters },
      get: { ...two, run: reads.getReporter },
      set: { ...two, run: writes.setReporter },
      recover: { ...two, run: writes.recover },
      diagnose: { ...two, run: reads.diagnose },
      dump: { ...two, run: reads.dumpOf },
      clearDump: { ...two, run: writes.clearDump },
      test: { ...two, run: writes.testReporter },
    }),
    resource: bind<DevlinkResources>(runner('resource'), {
      list: { ...one, run: listResources },
      set: { ...two, run: setResource },
    }),
    eswitch: bind<DevlinkEswitches>(runner('e-switch'), {
      get: { ...one, run: reads.getEswitch },
      set: { ...two, run: writes.setEswitch },
    }),
    region: bind<DevlinkRegions>(runner('region'), {
      list: { ...one, run: reads.listRegions },
      addSnapshot: { ...two, run: addSnapshot },
      deleteSnapshot: { ...two, run: deleteSnapshot },
      read: { ...two, run: readSnapshot },
    }),
    trap: bind<DevlinkTraps>(runner('trap'), {
      list: { ...one, run: reads.listTraps },
      set: { ...two, run: setTrap },
    }),
    trapGroup: bind<DevlinkTrapGroups>(runner('trap group'), {
      list: { ...one, run: reads.listTrapGroups },
      set: { ...two, run: setTrapGroup },
    }),
    trapPolicer: bind<DevlinkTrapPolicers>(runner('trap policer'), {
      list: { ...one, run: reads.listTrapPolicers },
      set: { ...two, run: setTrapPolicer },
    }),
    rate: bind<DevlinkRates>(runner('rate'), {
      list: { ...one, run: reads.listRates },
      set: { ...two, run: setRate },
      add: { ...two, run: addRate },
      delete: { ...one, run: deleteRate },
    }),
    watch,
  }
}
