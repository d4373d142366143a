// Prints speed, queues and active features of a link, as `ethtool` reports them.
//
//   node --import tsx examples/ethtool-info.ts eth0
import { Netlink, NetlinkError } from '@netloom/netlink'
import { ethtool } from '@netloom/netlink/generic'

const [devName = 'eth0'] = process.argv.slice(2)
using nl = Netlink.open()
const connection = nl.generic(ethtool)
const attrs = { header: { devName } }

/** Returns the reply, or undefined if the driver does not support the request. */
function ifSupported<T>(request: () => readonly T[]): T | undefined {
  try {
    return request()[0]
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'EOPNOTSUPP') return undefined
    throw error
  }
}

const [state] = connection.requestSync('ETHTOOL_MSG_LINKSTATE_GET', { attrs })
console.log(`link detected: ${state?.attrs.link ? 'yes' : 'no'}`)
const modes = ifSupported(() => connection.requestSync('ETHTOOL_MSG_LINKMODES_GET', { attrs }))
console.log(`speed: ${modes?.attrs.speed ?? 'unknown'} Mb/s`)
const channels = ifSupported(() => connection.requestSync('ETHTOOL_MSG_CHANNELS_GET', { attrs }))
console.log(`queues: ${channels?.attrs.rxCount ?? 0} to receive, ${channels?.attrs.txCount ?? 0} to send`)
const [features] = connection.requestSync('ETHTOOL_MSG_FEATURES_GET', { attrs })
console.log(`features: ${features?.attrs.active?.bits?.bit?.map(({ name }) => name).join(' ')}`)
