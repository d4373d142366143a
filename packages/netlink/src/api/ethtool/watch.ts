import type { Connection } from '../../connection/connection.js'
import type { MonitorEvent } from '../../connection/events.js'
import {
  ETHTOOL_A_CABLE_PAIR,
  ETHTOOL_A_CABLE_RESULT_CODE,
  ETHTOOL_A_CABLE_TEST_NTF_STATUS,
  type EthtoolCableTestNtfAttrs,
  type ethtool,
} from '../../generic/ethtool/index.js'
import type { Messages } from '../../message/index.js'
import type { Operation } from '../run/operation.js'
import { named } from '../values/names.js'
import type { EventSource } from '../watch/event-stream.js'
import { type FeaturesMessage, toFeatures } from './features.js'
import { type Names, readNames, type StringSet } from './strings.js'
import { type EthtoolMessage, type Subject, toObject } from './subject.js'
import { subjects } from './table.js'
import type { EthtoolCableResult, EthtoolCableTestEvent, EthtoolChangeEvent, EthtoolEvent } from './watch-types.js'

/** The sets of names that notifications refer to. Those of private flags differ between links. */
const sets: readonly StringSet[] = ['FEATURES', 'LINK_MODES', 'MSG_CLASSES', 'WOL_MODES', 'RSS_HASH_FUNCS']

/** Reads the names of bits. Notifications contain only the bits. */
export const readAllNames = (): Operation<Names> => readNames(sets)

/** The subjects by their notifications. */
const byNotification: ReadonlyMap<string, readonly [string, Subject]> = new Map(
  Object.entries(subjects).map(([name, subject]) => [subject.get.replace(/_GET(_CFG)?$/, '_NTF'), [name, subject]]),
)

/** Returns the results of a cable test. */
function resultsOf({ nest }: EthtoolCableTestNtfAttrs): EthtoolCableResult[] {
  const faults = new Map(nest?.faultLength?.map(({ pair, cm }) => [pair, cm]))
  return (nest?.result ?? []).map(({ pair = 0, code = 0 }) => {
    const faultLength = faults.get(pair)
    return {
      ...{ pair: named(ETHTOOL_A_CABLE_PAIR, pair), code: named(ETHTOOL_A_CABLE_RESULT_CODE, code) },
      ...(faultLength !== undefined && { faultLength }),
    }
  })
}

function cableTest(attrs: EthtoolCableTestNtfAttrs): EthtoolCableTestEvent {
  const { header, status } = attrs
  return {
    ...{ type: 'cableTest', dev: header?.devIndex ?? 0, devName: header?.devName ?? '' },
    status: status === ETHTOOL_A_CABLE_TEST_NTF_STATUS.STARTED ? 'started' : 'completed',
    results: resultsOf(attrs),
  }
}

/** Converts a notification to an event. */
function eventOf(event: MonitorEvent<Messages>, names: Names): EthtoolEvent {
  if (event.type === 'overrun' || event.type === 'unreadable') return { type: 'overrun' }
  const { type: name, message } = event as { readonly type: string; readonly message: EthtoolMessage }
  if (name === 'ETHTOOL_MSG_FEATURES_NTF')
    return { type: 'changed', subject: 'features', object: toFeatures(message as FeaturesMessage, names) }
  if (name === 'ETHTOOL_MSG_CABLE_TEST_NTF') return cableTest(message.attrs as EthtoolCableTestNtfAttrs)
  const [subject, found] = byNotification.get(name) ?? []
  if (found === undefined) return { type: 'other', name, message }
  return { type: 'changed', subject, object: toObject(found, message, names) } as EthtoolChangeEvent
}

/** Returns the source of the changes of settings. `read` reads the names of bits. */
export const changesOf = (
  connection: () => Connection<typeof ethtool.messages>,
  read: () => Promise<Names>,
): EventSource<typeof ethtool.messages, EthtoolEvent, Names> => ({
  open: (options) => connection().monitor(['monitor'], options),
  start: read,
  async *events(monitor, names) {
    for await (const event of monitor) yield eventOf(event as MonitorEvent<Messages>, names)
  },
})
