import type { Link, Netlink } from '@netloom/netlink'
import { nlctrl } from '@netloom/netlink/generic'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

/** Types that the compiler must infer or reject. `npm run lint` checks the @ts-expect-error comments. */
const test = suite('types of the API')

/** Never called: its body is for the compiler. */
async function compiled(nl: Netlink, link: Link): Promise<void> {
  if (link.kind === 'bridge') {
    link.data?.vlanFiltering satisfies number | undefined
    // @ts-expect-error only tun has an owner
    link.data?.owner
  }
  if (link.slaveKind === 'bridge') link.slaveData?.isolated satisfies number | undefined
  link.message.attrs.stats64?.rxBytes satisfies bigint | undefined
  link.stats?.rxBytes satisfies bigint | undefined
  // @ts-expect-error no such counter
  link.stats?.rxBites
  link.flags.includes('UP') satisfies boolean
  // @ts-expect-error no such flag
  link.flags.includes('UPP')
  // @ts-expect-error results are read-only
  link.mtu = 1

  ;(await nl.link.list({ kind: 'bridge' })).map(({ name }) => name) satisfies string[]
  nl.link.getSync('lo') satisfies Link | undefined
  ;(await nl.link.list({}, { names: true })).map(({ masterName }) => masterName) satisfies (string | undefined)[]
  nl.route.lookupSync('10.0.0.1', {}, { names: true, timeout: 1 }).tableName satisfies string | undefined
  nl.route.listSync({}, { names: true })[0]?.multipath?.[0]?.devName satisfies string | undefined
  // @ts-expect-error names were not requested
  nl.address.listSync({}, { timeout: 1 })[0]?.devName
  // @ts-expect-error names were not requested
  nl.address.listSync()[0]?.devName
  // @ts-expect-error a wrong name of an option
  nl.address.listSync({}, { names: true, tiemout: 1 })
  // @ts-expect-error only reading has names
  nl.link.deleteSync('lo', { names: true })
  await nl.link.add({ name: 'b', kind: 'bridge', data: { vlanFiltering: true, stpState: 1 } })
  await nl.link.add({ name: 'i', kind: 'ifb' }, { signal: AbortSignal.timeout(1) })
  await nl.link.add({ name: 'v', kind: 'vlan', link: 'eth0', data: { id: 7 } })
  await nl.link.add({ name: 'n', kind: 'netkit', data: { mode: 'l3', policy: 'blackhole' }, peer: { name: 'm' } })
  await nl.link.add({ name: 'o', kind: 'bond', data: { mode: '802.3ad', xmitHashPolicy: 'layer3+4', adLacpRate: 1 } })
  // @ts-expect-error no such mode
  await nl.link.add({ name: 'o', kind: 'bond', data: { mode: '8023ad' } })
  // @ts-expect-error a mode is not true or false
  await nl.link.add({ name: 'o', kind: 'bond', data: { mode: true } })
  await nl.link.add({ name: 'v', kind: 'vlan', data: { id: 7, protocol: '802.1ad', flags: { GVRP: true } } })
  // @ts-expect-error no protocol of VLANs
  await nl.link.add({ name: 'v', kind: 'vlan', data: { id: 7, protocol: 'ipv6' } })
  // @ts-expect-error no such flag
  await nl.link.add({ name: 'v', kind: 'vlan', data: { flags: { GVRPP: true } } })
  await nl.link.add({ name: 'm', kind: 'macvlan', data: { mode: 'bridge', flags: ['NOPROMISC'] }, addrGenMode: 'none' })
  if (link.kind === 'bond') link.data?.mode satisfies 'balance-rr' | 'active-backup' | string | number | undefined
  if (link.kind === 'vlan') link.data?.flags?.GVRP satisfies boolean | undefined
  if (link.slaveKind === 'bridge') link.slaveData?.state satisfies 'forwarding' | string | number | undefined
  // @ts-expect-error a synchronous operation cannot be aborted
  nl.link.addSync({ name: 'i', kind: 'ifb' }, { signal: AbortSignal.timeout(1) })
  // @ts-expect-error data of a different kind
  await nl.link.add({ name: 'b', kind: 'bridge', data: { owner: 1 } })
  // @ts-expect-error an unknown kind
  await nl.link.add({ name: 'b', kind: 'nope', data: { id: 1 } })
  // @ts-expect-error the peer is an option next to data
  await nl.link.add({ name: 'v', kind: 'veth', data: { peer: { attrs: { ifname: 'w' } } } })
  // @ts-expect-error data needs a kind
  await nl.link.set('b', { data: { vlanFiltering: true } })
  // @ts-expect-error missing name
  await nl.link.add({ kind: 'bridge' })
  // @ts-expect-error unknown key
  await nl.link.set('b', { upp: true })

  await nl.address.add({ address: '10.0.0.1/24', dev: 'b', scope: 'link', flags: ['NODAD'] })
  // @ts-expect-error unknown scope
  await nl.address.add({ address: '10.0.0.1/24', dev: 'b', scope: 'far' })
  // @ts-expect-error missing dev
  await nl.address.add({ address: '10.0.0.1/24' })

  const route = await nl.route.lookup('10.0.0.1')
  route.table satisfies 'unspec' | 'compat' | 'default' | 'main' | 'local' | number
  route.mtu satisfies number | undefined
  await nl.route.add({ ...route, table: 7 })
  await nl.route.add({ dst: 'default', dev: 'b', encap: { type: 'ip', data: { id: 1n } } })
  await nl.route.add({ dst: 'default', encap: { type: 'seg6local', data: { action: 'End.X' } }, features: ['ECN'] })
  await nl.route.add({ dst: 'default', pref: 'high', scope: 'global' })
  // @ts-expect-error no such preference
  await nl.route.add({ dst: 'default', pref: 'higher' })
  await nl.rule.add({ ipProto: 'tcp' })
  // @ts-expect-error data of a different encapsulation
  await nl.route.add({ dst: 'default', dev: 'b', encap: { type: 'ip', data: { locator: 1n } } })
  // @ts-expect-error the gateway is called via
  await nl.route.add({ dst: 'default', gateway: '10.0.0.1' })

  const qdisc = nl.qdisc.getSync({ dev: 'b' })
  if (qdisc?.kind === 'pfifo') qdisc.options?.limit satisfies number | undefined
  await nl.qdisc.add({ dev: 'b', kind: 'pfifo', options: { limit: 1 } })
  // @ts-expect-error options of a different kind
  await nl.qdisc.add({ dev: 'b', kind: 'pfifo', options: { init: 1 } })
  ;(await nl.nexthop.add({ dev: 'b' })) satisfies number
  // A qdisc that was read can be added again.
  if (qdisc) await nl.qdisc.add({ ...qdisc })
  const nexthop = await nl.nexthop.get({ id: 1 })
  if (nexthop) await nl.nexthop.add({ ...nexthop, id: 2 })
  // @ts-expect-error rules cannot be changed
  await nl.rule.set({ priority: 1 })

  nl.generic(nlctrl).requestSync('CTRL_CMD_GETFAMILY', { attrs: { familyName: 'x' } })[0]?.attrs.familyId satisfies
    | number
    | undefined
  await nl.policy(nlctrl, 'CTRL_CMD_GETFAMILY')
  // @ts-expect-error unknown command
  await nl.policy(nlctrl, 'CTRL_CMD_NOPE')
}

test('this file compiles', () => assert.type(compiled, 'function'))

test.run()
