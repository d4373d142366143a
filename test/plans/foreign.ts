import type { Netlink } from '@netloom/netlink'

/**
 * Adds 1,000 objects of other programs to a namespace: routes, rules, neighbours, next hops and a qdisc. They have a link, tables, networks
 * and priorities of their own.
 */
export function addForeign(nl: Netlink): void {
  nl.link.addSync({ name: 'foreign', kind: 'bridge', up: true, data: { forwardDelay: 300 } })
  nl.link.addSync({ name: 'theirs', kind: 'veth', up: true, master: 'foreign', peer: { name: 'their-peer', up: true } })
  nl.address.addSync({ address: '10.50.0.1/24', dev: 'foreign' })
  for (let at = 0; at < 789; at++)
    nl.route.addSync({ dst: `10.51.${at >> 2}.${(at & 3) * 64}/26`, via: '10.50.0.9', table: 51 + (at % 3) })
  for (let at = 0; at < 100; at++)
    nl.rule.addSync({ priority: 1000 + at, from: `10.52.${at}.0/24`, table: 51, protocol: 'bird' })
  for (let at = 0; at < 98; at++)
    nl.neighbour.addSync({ dst: `10.50.0.${100 + at}`, dev: 'foreign', lladdr: '02:00:00:00:00:09' })
  for (let id = 501; id <= 508; id++) nl.nexthop.addSync({ id, via: '10.50.0.9', dev: 'foreign' })
  nl.qdisc.addSync({ dev: 'theirs', kind: 'pfifo', handle: '9:', options: { limit: 99 } })
}
