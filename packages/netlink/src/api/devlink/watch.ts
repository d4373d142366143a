import type { Connection } from '../../connection/connection.js'
import type { MonitorEvent } from '../../connection/events.js'
import type { DevlinkMessage, devlink } from '../../generic/devlink/index.js'
import type { Messages } from '../../message/index.js'
import type { EventSource } from '../watch/event-stream.js'
import { toDevice, toHealthReporter, toPort } from './decode.js'
import { toRate, toRegion, toTrap, toTrapGroup, toTrapPolicer } from './more-decode.js'
import { toParam } from './param-decode.js'

/** The kinds of objects whose changes the kernel announces, with their conversions. */
const kinds = {
  device: ['DEVLINK_CMD', toDevice],
  port: ['DEVLINK_CMD_PORT', toPort],
  param: ['DEVLINK_CMD_PARAM', toParam],
  region: ['DEVLINK_CMD_REGION', toRegion],
  trap: ['DEVLINK_CMD_TRAP', toTrap],
  trapGroup: ['DEVLINK_CMD_TRAP_GROUP', toTrapGroup],
  trapPolicer: ['DEVLINK_CMD_TRAP_POLICER', toTrapPolicer],
  rate: ['DEVLINK_CMD_RATE', toRate],
} as const

type Kinds = typeof kinds & { readonly health: readonly [string, typeof toHealthReporter] }

/** An object was created or changed, which the kernel does not distinguish, or it was removed. */
export type DevlinkChangeEvent = {
  [K in keyof Kinds]: {
    readonly type: 'changed' | 'removed'
    readonly kind: K
    readonly object: ReturnType<Kinds[K][1]>
  }
}[keyof Kinds]

/** Another notification, such as the progress of a flash update. */
export interface DevlinkOtherEvent {
  readonly type: 'other'
  readonly kind?: undefined
  /** Name of the message: `DEVLINK_CMD_FLASH_UPDATE_STATUS`. */
  readonly name: string
  readonly message: DevlinkMessage
}

/** Notifications were lost: read the objects again. */
export interface DevlinkLostEvent {
  readonly type: 'overrun'
  readonly kind?: undefined
}

/** An event of `nl.devlink.watch()`. */
export type DevlinkEvent = DevlinkChangeEvent | DevlinkOtherEvent | DevlinkLostEvent

const converters: ReadonlyMap<string, (message: DevlinkMessage) => DevlinkEvent> = new Map([
  ...Object.entries(kinds).flatMap(([kind, [command, convert]]) =>
    (['changed', 'removed'] as const).map(
      (type) =>
        [
          `${command}_${type === 'changed' ? 'NEW' : 'DEL'}`,
          (message: DevlinkMessage) => ({ type, kind, object: convert(message) }) as DevlinkEvent,
        ] as const,
    ),
  ),
  // The kernel announces every change of a reporter so.
  [
    'DEVLINK_CMD_HEALTH_REPORTER_RECOVER',
    (message) => ({ type: 'changed', kind: 'health', object: toHealthReporter(message) }),
  ],
])

function eventOf(event: MonitorEvent<Messages>): DevlinkEvent {
  if (event.type === 'overrun' || event.type === 'unreadable') return { type: 'overrun' }
  const { type: name, message } = event as { readonly type: string; readonly message: DevlinkMessage }
  return converters.get(name)?.(message) ?? { type: 'other', name, message }
}

/** Returns the source of the changes of devices. */
export const eventsOf = (
  connection: () => Connection<typeof devlink.messages>,
): EventSource<typeof devlink.messages, DevlinkEvent> => ({
  open: (options) => connection().monitor(['config'], options),
  start: async () => undefined,
  async *events(monitor) {
    for await (const event of monitor) yield eventOf(event as MonitorEvent<Messages>)
  },
})
