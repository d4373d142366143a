// Prints changes of links, addresses and routes, and starts again after a failure.
//
//   node --import tsx examples/event-logger.ts [NETNS]
import { setTimeout as pause } from 'node:timers/promises'
import { Netlink } from '@netloom/netlink'

const [netns] = process.argv.slice(2)

async function log() {
  using nl = Netlink.open({ netns })
  for await (const event of nl.watch(['link', 'address', 'route'])) {
    const time = new Date().toISOString()
    // The kernel dropped notifications, and then the objects were read again: differences follow as events.
    if (event.type === 'overrun' || event.type === 'resynchronised') console.log(time, event.type)
    else console.log(time, event.type, event.kind, JSON.stringify(event.changes.length ? event.changes : event.object))
  }
}

for (;;) {
  await log().catch((error) => console.error(String(error)))
  await pause(1000)
}
