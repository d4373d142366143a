// Routes what comes from a network through another gateway. A second run applies only the differences.
//
//   node --import tsx examples/policy-routing.ts 10.7.0.0/16 192.0.2.1 eth1
import { Netlink } from '@netloom/netlink'

const [from, via, dev] = process.argv.slice(2)
if (!from || !via || !dev) throw new Error('expected three arguments: network, gateway, link')

const own = { table: 100, protocol: 'static' } as const
using nl = Netlink.open()
const results = {
  // The route comes first: a rule whose table has no route passes packets on to the next rule.
  route: await nl.route.ensure({ ...own, dst: 'default', via, dev }),
  rule: await nl.rule.ensure({ ...own, priority: 1000, from }),
}
for (const [kind, { created, changed }] of Object.entries(results)) {
  console.log(`${kind}: ${created ? 'created' : changed ? 'changed' : 'unchanged'}`)
}

// Rules that an earlier run added for another network
for (const rule of await nl.rule.list(own)) {
  if (rule.from === from) continue
  await nl.rule.delete(rule)
  console.log(`deleted the rule of ${rule.from}`)
}
