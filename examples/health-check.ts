// Checks a host's network, prints what is wrong, and exits with 1 if anything is: for a probe or a timer.
//
//   node --import tsx examples/health-check.ts
import { Netlink } from '@netloom/netlink'

using nl = Netlink.open()
const [links, addresses, routes, neighbours] = await Promise.all([
  nl.link.list(),
  nl.address.list({}, { names: true }),
  nl.route.list({ table: 'main' }, { names: true }),
  nl.neighbour.list({ state: ['FAILED'] }),
])
const faults: string[] = []
for (const { name, up, carrier, stats } of links) {
  if (up && !carrier) faults.push(`${name}: no carrier`)
  if (stats && stats.rxErrors + stats.txErrors > 0n) {
    faults.push(`${name}: ${stats.rxErrors} receive errors, ${stats.txErrors} transmit errors`)
  }
}
for (const { address, devName, flags } of addresses) {
  if (flags.includes('DADFAILED')) faults.push(`${devName}: another host has the address ${address}`)
}
const defaults = routes.filter(({ dst }) => dst === 'default')
if (defaults.length === 0) faults.push('no default route')
for (const { via, dev, devName } of defaults) {
  // A gateway that has not answered stays in the state FAILED until it is tried again.
  if (neighbours.some((each) => each.dev === dev && each.dst === via))
    faults.push(`${devName}: no answer from the gateway ${via}`)
}
console.log(faults.length ? faults.join('\n') : `${links.length} links are well`)
process.exitCode = faults.length ? 1 : 0
