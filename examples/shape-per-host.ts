// Shares the rate of a link among hosts: each has its own rate, and may borrow what others leave. A second run applies only the
// differences.
//
//   node --import tsx examples/shape-per-host.ts eth1 100mbit 10.0.0.7=10mbit 10.0.0.8=20mbit
import { Netlink, type Rate } from '@netloom/netlink'

const [dev, total, ...hosts] = process.argv.slice(2)
if (!dev || !total || hosts.length === 0) throw new Error('expected a link, its rate, and hosts like 10.0.0.7=10mbit')

const ceil = total as Rate
using nl = Netlink.open()
// Other packets are in no class, and wait only for the link.
await nl.qdisc.ensure({ dev, kind: 'htb', handle: '1:', options: { default: 0 } })
await nl.class.ensure({ dev, handle: '1:1', kind: 'htb', options: { rate: ceil } })
for (const [index, host] of hosts.entries()) {
  const [address = '', rate] = host.split('=')
  const handle = `1:${(index + 16).toString(16)}` as const
  const options = { rate: rate as Rate, ceil }
  const { created, changed } = await nl.class.ensure({ dev, handle, parent: '1:1', kind: 'htb', options })
  await nl.filter.ensure({
    dev,
    parent: '1:',
    protocol: 'ip',
    priority: index + 1,
    kind: 'u32',
    options: { match: { ip: { dst: address } }, classid: handle },
  })
  console.log(`${address}: ${created ? 'created' : changed ? 'changed' : 'unchanged'}, ${rate} in class ${handle}`)
}
