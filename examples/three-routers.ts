// Connects three routers in a triangle in a lab, cuts the direct link between the first and the third, and prints the way of packets.
//
//   node --import tsx examples/three-routers.ts
import { createLab } from '@netloom/netlink/lab'

const router = { forwarding: true, sysctls: { 'net.ipv4.conf.all.ignore_routes_with_linkdown': 1 } }
const on = (dev: string, address: string) => ({ dev, address })
const to = (dst: string, via: string, metric: number) => ({ dst, via, metric })
await using lab = await createLab({
  r1: {
    ...router,
    links: [
      { name: 'to2', kind: 'veth', peer: { name: 'to1', netns: 'r2' } },
      { name: 'to3', kind: 'veth', peer: { name: 'to1', netns: 'r3' } },
    ],
    addresses: [on('lo', '192.0.2.1/32'), on('to2', '10.0.12.1/24'), on('to3', '10.0.13.1/24')],
    routes: [to('192.0.2.3', '10.0.13.3', 10), to('192.0.2.3', '10.0.12.2', 20)],
  },
  r2: {
    ...router,
    links: [{ name: 'to3', kind: 'veth', peer: { name: 'to2', netns: 'r3' } }],
    addresses: [on('to1', '10.0.12.2/24'), on('to3', '10.0.23.2/24')],
    routes: [to('192.0.2.1', '10.0.12.1', 10), to('192.0.2.3', '10.0.23.3', 10)],
  },
  r3: {
    ...router,
    addresses: [on('lo', '192.0.2.3/32'), on('to1', '10.0.13.3/24'), on('to2', '10.0.23.3/24')],
    routes: [to('192.0.2.1', '10.0.13.1', 10), to('192.0.2.1', '10.0.23.2', 20)],
  },
})
const { r1, r3 } = lab.ns
const print = async () => {
  const there = await r1.nl.route.lookup('192.0.2.3')
  console.log(`there via ${there.via}, back via ${(await r3.nl.route.lookup('192.0.2.1')).via}`)
}
await print()
using links = await r3.nl.cache(['link'])
await r1.nl.link.set('to3', { up: false })
await links.until(({ linksByName }) => linksByName.get('to1')?.carrier === false)
await print()
