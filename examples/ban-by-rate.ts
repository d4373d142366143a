// Bans hosts that open connections to a port too fast. A second run prints the hosts that are banned, and `off` removes the firewall.
//
//   node --import tsx examples/ban-by-rate.ts 22 10/minute 1h
import { Netlink } from '@netloom/netlink'
import { add, ct, drop, ip, limit, meta, th, update } from '@netloom/netlink/nft'

const [port, rate, timeout] = process.argv.slice(2)
if (!port || (port !== 'off' && !(rate && timeout)))
  throw new Error('expected a port, a rate like 10/minute, and a time like 1h')

const table = 'ban-by-rate'
using nl = Netlink.open()
const isThere = nl.nft.tablesSync().some(({ name }) => name === table)
if (port === 'off') {
  nl.nft.transactionSync((t) => t.deleteTable({ name: table }, { ifExists: true }))
} else if (isThere) {
  for (const { key, expires = 0 } of nl.nft.elementsSync({ table, name: 'banned' }))
    console.log(`${key}: banned for another ${Math.ceil(expires / 1000)} s`)
} else {
  await nl.nft.transaction((t) => {
    t.addTable({ name: table })
    const set = { table, type: 'ipv4_addr', flags: ['dynamic', 'timeout'], size: 65_535 } as const
    t.addSet({ ...set, name: 'banned', timeout: String(timeout) })
    // Each host has a limit of its own, until it was quiet for a minute.
    t.addSet({ ...set, name: 'seen', timeout: '1m' })
    t.addChain({ table, name: 'input', hook: 'input', priority: 'filter - 10' })
    t.addRule({ table, chain: 'input', rule: [ip.saddr('@banned'), drop()] })
    const tooFast = update('@seen', ip.saddr, { statements: [limit(String(rate), { over: true })] })
    const matches = [meta.l4proto('tcp', 'udp'), th.dport(port), ct.state('new')]
    t.addRule({ table, chain: 'input', rule: [...matches, tooFast, add('@banned', ip.saddr), drop()] })
  })
  for (const { text } of nl.nft.rulesSync({ table })) console.log(text)
}
