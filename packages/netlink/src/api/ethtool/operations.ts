import { calledBy } from '../../connection/caller.js'
import { ethtool } from '../../generic/ethtool/index.js'
import { bind } from '../run/bind.js'
import type { Connections } from '../run/connections.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { describeLink } from '../values/describe.js'
import { EventStream, type EventStreamOptions } from '../watch/event-stream.js'
import { cableTest, device } from './actions.js'
import { getFeatures, listFeatures } from './features.js'
import type { EthtoolActions, EthtoolFeatureOperations, EthtoolReads, EthtoolSettings } from './interfaces.js'
import { readModule } from './module-page.js'
import { setFeatures } from './set-features.js'
import { strings } from './strings.js'
import { get, list, type Subject, set } from './subject.js'
import { type SubjectName, subjects } from './table.js'
import type * as types from './types.js'
import { changesOf, readAllNames } from './watch.js'
import type { EthtoolEvent } from './watch-types.js'

/** Operations on the settings of network devices: `nl.ethtool`. Each property is about one kind of objects. */
export interface EthtoolOperations extends EthtoolActions {
  /** Connector, PHY address, crossover, transceiver. */
  readonly linkInfo: EthtoolSettings<types.EthtoolLinkInfo, types.EthtoolLinkInfoChange>
  /** Speed, duplex, autonegotiation, link modes. */
  readonly linkModes: EthtoolSettings<types.EthtoolLinkModes, types.EthtoolLinkModesChange>
  /** Detected link, signal quality, the reason for a missing link. */
  readonly linkState: EthtoolReads<types.EthtoolLinkState>
  /** Messages that the driver logs. */
  readonly debug: EthtoolSettings<types.EthtoolDebug, types.EthtoolDebugChange>
  /** Events that wake the machine. */
  readonly wol: EthtoolSettings<types.EthtoolWol, types.EthtoolWolChange>
  /** Checksum, segmentation and other features: `ethtool -k`. */
  readonly features: EthtoolFeatureOperations
  /** Flags of the driver. */
  readonly privateFlags: EthtoolSettings<types.EthtoolPrivateFlags, types.EthtoolPrivateFlagsChange>
  /** Sizes of rings: `ethtool -g`. */
  readonly rings: EthtoolSettings<types.EthtoolRings, types.EthtoolRingsChange>
  /** Numbers of queues: `ethtool -l`. */
  readonly channels: EthtoolSettings<types.EthtoolChannels, types.EthtoolChannelsChange>
  /** Coalescing of interrupts: `ethtool -c`. */
  readonly coalesce: EthtoolSettings<types.EthtoolCoalesce, types.EthtoolCoalesceChange>
  /** Pause frames: `ethtool -a`. */
  readonly pause: EthtoolSettings<types.EthtoolPause, types.EthtoolPauseChange>
  /** Energy-Efficient Ethernet. */
  readonly eee: EthtoolSettings<types.EthtoolEee, types.EthtoolEeeChange>
  /** Forward error correction. */
  readonly fec: EthtoolSettings<types.EthtoolFec, types.EthtoolFecChange>
  /** Time stamping that links can do: `ethtool -T`. */
  readonly timestamping: EthtoolReads<types.EthtoolTimestamping>
  /** Time stamping in use. The kernel has it since 6.14. */
  readonly timestampConfig: EthtoolSettings<types.EthtoolTimestampConfig, types.EthtoolTimestampConfigChange>
  /** Standard statistics: `ethtool -S eth0 --all-groups`. */
  readonly stats: EthtoolReads<types.EthtoolStats>
  /** Distribution of packets to queues: `ethtool -x`. */
  readonly rss: EthtoolReads<types.EthtoolRss>
  /** Power of transceiver modules. */
  readonly module: EthtoolSettings<types.EthtoolModule, types.EthtoolModuleChange>
  /** Collision avoidance of 10BASE-T1S. */
  readonly plca: EthtoolSettings<types.EthtoolPlca, types.EthtoolPlcaChange>
  /** State of the collision avoidance. */
  readonly plcaStatus: EthtoolReads<types.EthtoolPlcaStatus>
  /** MAC merge layer: preemption of frames. */
  readonly mm: EthtoolSettings<types.EthtoolMm, types.EthtoolMmChange>
  /** Virtual clocks of a PTP hardware clock. */
  readonly virtualClocks: EthtoolReads<types.EthtoolVirtualClocks>
  /** UDP ports of tunnels that devices know. */
  readonly tunnels: EthtoolReads<types.EthtoolTunnels>
  /**
   * Returns changes of settings by any process, and results of cable tests, for `for await`. Like `ethtool --monitor`.
   *
   * ```ts
   * for await (const event of nl.ethtool.watch())
   *   if (event.type === 'changed' && event.subject === 'rings') console.log(event.object.devName, event.object.rx)
   * ```
   * @throws {TypeError} for a wrong option. Other errors are those of the loop.
   */
  watch(options?: EventStreamOptions): EventStream<EthtoolEvent>
}

/** Describes an argument in errors: `rings of eth0`. */
const describe = (title: string) => (argument: unknown) =>
  argument === undefined ? title : `${title} of ${describeLink(argument)}`

/** Creates the operations on one subject. */
function subjectOperations(connection: () => AnyConnection, subject: Subject) {
  const runner = new Runner(connection, subject.title, describe(subject.title))
  return bind<EthtoolSettings<types.EthtoolObject, object>>(runner, {
    list: { arguments: 0, run: () => list(subject) },
    get: { arguments: 1, run: (link) => get(subject, link) },
    set: { arguments: 2, run: (link, change) => set(subject, link, change) },
  })
}

/** Creates the operations. */
export function open(connections: Connections): EthtoolOperations {
  const family = () => connections.generic(ethtool)
  const connection = () => family() as unknown as AnyConnection
  const kinds = Object.entries(subjects).map(([name, subject]) => [name, subjectOperations(connection, subject)])
  const features = bind<EthtoolFeatureOperations>(new Runner(connection, 'features', describe('features')), {
    list: { arguments: 0, run: listFeatures },
    get: { arguments: 1, run: getFeatures },
    set: { arguments: 2, run: setFeatures },
  })
  const runner = new Runner(connection, 'link', describeLink)
  const actions = bind<EthtoolActions>(runner, {
    get: { arguments: 1, run: device },
    strings: { arguments: 2, run: strings },
    readModule: { arguments: 2, run: readModule },
    cableTest: { arguments: 1, run: cableTest },
  })
  const readNames = () => runner.run(readAllNames, [])
  const watch: EthtoolOperations['watch'] = (options = {}) =>
    calledBy(watch, () => EventStream.from(changesOf(family, readNames), options))
  return { ...(Object.fromEntries(kinds) as Kinds), features, ...actions, watch }
}

/** The operations on the subjects of the table. */
type Kinds = Pick<EthtoolOperations, SubjectName>
