import { Netlink } from '@netloom/netlink'
import { decode, encode } from '@netloom/netlink/codec'
import { ethtool, type GenericFamily, mptcpPm, netdev, nlctrl } from '@netloom/netlink/generic'
import { linkMessage } from '@netloom/netlink/route'
import { loadProtocol, loadSpec } from '@netloom/netlink/spec'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { specFile } from '../support/specs.js'

/** Families from the kernel's specs answer like those that are declared by hand. */
const test = suiteNeeding('families from the specs of the kernel, live', 'netns', 'specs')

/** Sends the request of a family to the kernel, with both declarations. Returns the attributes of the replies. */
const both = async (name: string, byHand: GenericFamily, command: string, attrs?: object) => {
  const family = await loadSpec(specFile(name))
  return inScratch(({ path }) => {
    using nl = Netlink.open({ netns: path })
    const ask = (of: GenericFamily) =>
      attrs === undefined ? nl.generic(of).dumpSync(command) : nl.generic(of).requestSync(command, { attrs })
    return [ask(family), ask(byHand)].map((replies) => replies.map((each) => (each as { attrs: object }).attrs))
  })
}

test('netdev: devices', async () => {
  const [found, expected] = await both('netdev', netdev as unknown as GenericFamily, 'NETDEV_CMD_DEV_GET')
  assert.ok((found?.length ?? 0) > 0)
  assert.equal(found, expected)
})

test('ethtool: features of a link', async () => {
  const family = ethtool as unknown as GenericFamily
  const [found, expected] = await both('ethtool', family, 'ETHTOOL_MSG_LINKSTATE_GET', { header: { devName: 'lo' } })
  assert.equal(found, expected)
})

/** Arrays of a spec have the indexes that the kernel sends. */
const withoutIndexes = (pairs: unknown) => (pairs as readonly [number, unknown][]).map(([, value]) => value)

test('nlctrl: families, groups and operations', async () => {
  const [found = [], expected = []] = await both('nlctrl', nlctrl as unknown as GenericFamily, 'CTRL_CMD_GETFAMILY')
  assert.ok(found.length > 5)
  const plain = (found as Record<string, unknown>[]).map((each) => ({
    ...each,
    ...(each.ops !== undefined && { ops: withoutIndexes(each.ops) }),
    ...(each.mcastGroups !== undefined && { mcastGroups: withoutIndexes(each.mcastGroups) }),
  }))
  assert.equal(plain, expected)
})

test('mptcp_pm: an endpoint is added, read and deleted', async () => {
  const family = await loadSpec(specFile('mptcp_pm'))
  await inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    const connection = nl.generic(family)
    // The spec does not say that this number is an address.
    const endpoint = { family: 2, id: 7, flags: 2, addr4: 0x0a000001 }
    await connection.request('MPTCP_PM_CMD_ADD_ADDR', { attrs: { addr: endpoint } })
    const [byHand] = nl.generic(mptcpPm).dumpSync('MPTCP_PM_CMD_GET_ADDR')
    assert.equal(byHand?.attrs, { addr: { ...endpoint, port: 0, addr4: '10.0.0.1' } })
    const [found] = connection.dumpSync('MPTCP_PM_CMD_GET_ADDR')
    assert.equal((found as { attrs: object }).attrs, { addr: { ...endpoint, port: 0 } })
    await connection.request('MPTCP_PM_CMD_DEL_ADDR', { attrs: { addr: { id: 7 } } })
    assert.equal(connection.dumpSync('MPTCP_PM_CMD_GET_ADDR'), [])
  })
})

test('a family that the kernel does not have is an error that names it', async () => {
  const family = await loadSpec(specFile('binder'))
  using nl = Netlink.open()
  assert.throws(
    () => nl.generic(family),
    /^CTRL_CMD_GETFAMILY binder: the kernel has no such family, its module is not loaded, or only the initial network namespace has it \(ENOENT/,
  )
})

test('rt-link: links of the kernel decode as with our own declarations', async () => {
  const { declaration } = (await loadProtocol(specFile('rt-link'))).byName('RTM_NEWLINK')
  await inScratch(({ path }) => {
    using nl = Netlink.open({ netns: path })
    nl.link.addSync({ name: 'v0', kind: 'veth', mtu: 1400, peer: { name: 'v1' } })
    nl.link.addSync({ name: 'br0', kind: 'bridge', data: { forwardDelay: 4000 } })
    const links = nl.connection.dumpSync('RTM_GETLINK')
    assert.equal(links.map(({ attrs }) => attrs.ifname).sort(), ['br0', 'lo', 'v0', 'v1'])
    for (const { attrs, ...header } of links) {
      const found = decode(declaration, encode(linkMessage, { ...header, attrs })) as { attrs: Record<string, unknown> }
      assert.is(found.attrs.ifname, attrs.ifname)
      assert.is(found.attrs.mtu, attrs.mtu)
      assert.equal(found.attrs.stats64, attrs.stats64)
      const { kind, data } = (found.attrs.linkinfo ?? {}) as { kind?: string; data?: { forwardDelay?: number } }
      assert.is(kind, attrs.linkinfo?.kind)
      assert.is(data?.forwardDelay, kind === 'bridge' ? 4000 : undefined)
    }
  })
})

test.run()
