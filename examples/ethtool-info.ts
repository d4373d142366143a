// Prints speed, queues and active features of a link, as `ethtool` reports them.
//
//   node --import tsx examples/ethtool-info.ts eth0
import { Netlink } from '@netloom/netlink'

const [devName = 'eth0'] = process.argv.slice(2)
using nl = Netlink.open()
// What the driver does not support is left out.
const { linkState, linkModes, channels, features } = nl.ethtool.getSync(devName)

console.log(`link detected: ${linkState?.link ? 'yes' : 'no'}`)
console.log(`speed: ${linkModes?.speed ?? 'unknown'} Mb/s`)
console.log(`queues: ${channels?.rx ?? 0} to receive, ${channels?.tx ?? 0} to send`)
const active = Object.entries(features?.features ?? {}).filter(([, feature]) => feature.active)
console.log(`features: ${active.map(([name]) => name).join(' ')}`)
