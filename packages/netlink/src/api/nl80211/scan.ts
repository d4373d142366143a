import type { Connection } from '../../connection/connection.js'
import type { WaitOptions } from '../../connection/options.js'
import type { nl80211 } from '../../generic/nl80211/index.js'
import type { Runner } from '../run/runner.js'
import { refusal } from '../run/selection.js'
import type { LinkRef } from '../values/link-ref.js'
import { EventStream } from '../watch/event-stream.js'
import { encodeScan } from './encode.js'
import { scanResults, startScan } from './requests.js'
import type { WifiEvent, WifiNetwork, WifiScan } from './types.js'
import { wifiEvents } from './watch.js'

/** Waits until the scan of a link ends. After lost events it may have ended. */
async function ended(events: AsyncIterable<WifiEvent>, index: number): Promise<void> {
  for await (const event of events) {
    if (event.type === 'overrun') return
    if (event.dev !== index) continue
    if (event.type === 'new_scan_results') return
    if (event.type === 'scan_aborted')
      throw refusal({ request: 'NL80211_CMD_TRIGGER_SCAN', code: 'ECANCELED', explanation: 'the scan was aborted' })
  }
}

/** Starts a scan, waits for its end and returns its results. */
export async function runScan(
  family: () => Connection<typeof nl80211.messages>,
  runner: Runner,
  link: LinkRef,
  scan: WifiScan | undefined,
  options: WaitOptions | undefined,
): Promise<WifiNetwork[]> {
  let events: EventStream<WifiEvent> | undefined
  try {
    const index = await runner.run(
      function* (ref: LinkRef, given: WifiScan = {}) {
        const attrs = encodeScan(given)
        // Opened before the request: the end may be announced before that returns.
        events = EventStream.from(wifiEvents(family), options?.signal === undefined ? {} : { signal: options.signal })
        return yield* startScan(ref, attrs)
      },
      [link, scan],
      options,
    )
    if (events !== undefined) await ended(events, index)
    return await runner.run(scanResults, [link], options)
  } finally {
    events?.close()
  }
}
