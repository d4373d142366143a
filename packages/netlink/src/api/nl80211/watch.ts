import type { Connection } from '../../connection/connection.js'
import type { nl80211 } from '../../generic/nl80211/index.js'
import type { EventSource } from '../watch/event-stream.js'
import { notifications } from '../watch/notifications.js'
import { toWifiEvent } from './decode.js'
import type { WifiEvent } from './types.js'

type Messages = typeof nl80211.messages

const groups = ['config', 'scan', 'regulatory', 'mlme']

/** Returns the source of the changes of devices, interfaces and stations, of scans, rules and connections. */
export const wifiEvents = (connection: () => Connection<Messages>): EventSource<Messages, WifiEvent> =>
  notifications(connection, groups, toWifiEvent)
