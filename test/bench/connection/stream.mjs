// A program as a user would write it, to measure its memory: stream.mjs streamSync|stream NETNS
import { Connection } from '@netloom/netlink'

const [way, netns] = process.argv.slice(2)
const netlink = Connection.open({ netns })
let count = 0
if (way === 'streamSync') for (const _ of netlink.streamSync('RTM_GETROUTE', { family: 2 })) count++
else for await (const _ of netlink.stream('RTM_GETROUTE', { family: 2 })) count++
netlink.close()
console.log(JSON.stringify({ count, peak: process.resourceUsage().maxRSS * 1024 }))
