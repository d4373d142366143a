import { AF, Connection, NetlinkError } from '@netloom/netlink'
import * as nf from '@netloom/netlink/netfilter'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace, skipped } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

// Tests the effects of the NLM_F_* flags of a request in the kernel.
const test = suiteNeeding('request flags in the kernel', 'netns')

const codeOf = (call: () => unknown): string => {
  try {
    call()
    return ''
  } catch (error) {
    if (error instanceof NetlinkError) return error.code
    throw error
  }
}

function connected(use: (netlink: Connection, namespace: Namespace) => unknown) {
  return inScratch(async (namespace) => {
    const netlink = Connection.open({ netns: namespace.path, timeout: 20_000 })
    try {
      await use(netlink, namespace)
    } finally {
      netlink.close()
    }
  })
}

function filtering(use: (netlink: Connection<typeof nf.netfilter.messages>, namespace: Namespace) => unknown) {
  return inScratch(async (namespace) => {
    const netlink = Connection.openProtocol(nf.netfilter, { netns: namespace.path, timeout: 20_000 })
    try {
      await use(netlink, namespace)
    } finally {
      netlink.close()
    }
  })
}

const bridged = (namespace: Namespace) => {
  namespace.ip('link', 'add', 'br0', 'up', 'type', 'bridge', 'mcast_snooping', 1)
  namespace.ip('link', 'add', 've0', 'up', 'master', 'br0', 'type', 'veth', 'peer', 'name', 've1')
  const [{ ifindex }] = namespace.ip('link', 'show', 've0')
  return ifindex as number
}

for (const mode of ['synchronous', 'asynchronous', 'a batch'] as const) {
  test(`bulk deletes all matching FDB entries, ${mode}`, () =>
    connected(async (netlink, namespace) => {
      const ifindex = bridged(namespace)
      const add = (last: number, ...more: string[]) =>
        namespace.exec('bridge', ['fdb', 'add', `02:00:00:00:00:0${last}`, 'dev', 've0', 'master', ...more])
      for (const last of [1, 2, 3]) add(last, 'static')
      add(4, 'local')
      const listed = () =>
        netlink
          .dumpSync('RTM_GETNEIGH', { family: AF.BRIDGE })
          .flatMap(({ attrs }) => (attrs.lladdr?.startsWith('02:00:00:00:00:0') ? [attrs.lladdr] : []))
          .sort()
      assert.is(listed().length, 4)
      // NTF_MASTER, NUD_NOARP: static entries.
      const all = { family: AF.BRIDGE, ifindex, flags: 0x04, state: 0x40, attrs: { ndmStateMask: 0xc0 } }
      if (mode === 'synchronous') netlink.requestSync('RTM_DELNEIGH', all, { bulk: true })
      else if (mode === 'asynchronous') await netlink.request('RTM_DELNEIGH', all, { bulk: true })
      else {
        const batch = netlink.batch()
        batch.add('RTM_DELNEIGH', all, { bulk: true })
        assert.is(batch.sendSync().failures, 0)
      }
      assert.equal(listed(), ['02:00:00:00:00:04'])
      assert.is(
        codeOf(() => netlink.requestSync('RTM_DELNEIGH', { ifindex, state: 0x80 }, { bulk: true })),
        'EOPNOTSUPP',
      )
    }))
}

test('bulk deletes all matching MDB entries', () =>
  connected((netlink, namespace) => {
    const port = bridged(namespace)
    const [{ ifindex }] = namespace.ip('link', 'show', 'br0')
    for (const group of ['239.1.1.1', '239.1.1.2'])
      namespace.exec('bridge', ['mdb', 'add', 'dev', 'br0', 'port', 've0', 'grp', group, 'permanent'])
    const count = () => namespace.exec('bridge', ['mdb', 'show']).match(/grp 239[.]1[.]1/g)?.length ?? 0
    assert.is(count(), 2)
    const entry = { ifindex: port, state: 1, flags: 0, vid: 0, addr: { u: '00:00:00:00:00:00', proto: 0 } }
    const code = codeOf(() =>
      netlink.requestSync('RTM_DELMDB', { family: AF.BRIDGE, ifindex, attrs: { setEntry: entry } }, { bulk: true }),
    )
    if (code === 'EOPNOTSUPP' || code === 'EINVAL') return skipped(`RTM_DELMDB with NLM_F_BULK: ${code}`)
    assert.is(code, '')
    assert.is(count(), 0)
  }))

test('create and excl work for OS fingerprints', () =>
  filtering((netlink) => {
    const none = { wc: 0, val: 0 }
    const opt = Array.from({ length: 40 }, () => ({ kind: 0, length: 0, wc: none }))
    const shape = {
      wss: none,
      ttl: 64,
      df: 1,
      ss: 44,
      mss: 1460,
      optNum: 0,
      genre: 'g',
      version: 'flags',
      subtype: 's',
      opt,
    }
    const finger = { attrs: { finger: shape } }
    const without = codeOf(() => netlink.requestSync('OSF_MSG_ADD', finger))
    if (without === 'EOPNOTSUPP') return skipped('OSF_MSG_ADD: this kernel has no nfnetlink_osf')
    assert.is(without, 'EINVAL')
    netlink.requestSync('OSF_MSG_ADD', finger, { create: true })
    assert.is(
      codeOf(() => netlink.requestSync('OSF_MSG_ADD', finger, { create: true, excl: true })),
      'EEXIST',
    )
    netlink.requestSync('OSF_MSG_REMOVE', finger)
  }))

test('excl works for IP sets and their elements', () =>
  filtering((netlink) => {
    const set = { family: 2, attrs: { protocol: 7, setname: 's' } }
    const created = { family: 2, attrs: { ...set.attrs, typename: 'hash:ip', revision: 0, family: 2, data: {} } }
    const first = codeOf(() => netlink.requestSync('IPSET_CMD_CREATE', created, { create: true, excl: true }))
    if (first === 'EOPNOTSUPP') return skipped('IPSET_CMD_CREATE: this kernel has no IP sets')
    assert.is(first, '')
    const assertFails = (call: () => unknown) => assert.is.not(codeOf(call), '')
    netlink.requestSync('IPSET_CMD_CREATE', created, { create: true })
    assertFails(() => netlink.requestSync('IPSET_CMD_CREATE', created, { create: true, excl: true }))
    const element = { family: 2, attrs: { ...set.attrs, data: { ip: { ipv4: '10.0.0.1' } } } }
    netlink.requestSync('IPSET_CMD_DEL', element)
    assertFails(() => netlink.requestSync('IPSET_CMD_DEL', element, { excl: true }))
    netlink.requestSync('IPSET_CMD_DESTROY', set)
    assertFails(() => netlink.requestSync('IPSET_CMD_DESTROY', set, { excl: true }))
  }))

test('excl and replace work for accounting objects', () =>
  filtering((netlink) => {
    const hits = { attrs: { name: 'hits', bytes: 5n, pkts: 1n } }
    const first = codeOf(() => netlink.requestSync('NFNL_MSG_ACCT_NEW', hits, { create: true, excl: true }))
    if (first === 'EOPNOTSUPP') return skipped('NFNL_MSG_ACCT_NEW: this kernel has no nfnetlink_acct')
    assert.is(
      codeOf(() => netlink.requestSync('NFNL_MSG_ACCT_NEW', hits, { create: true, excl: true })),
      'EEXIST',
    )
    netlink.requestSync('NFNL_MSG_ACCT_NEW', hits, { replace: true })
    assert.is(netlink.dumpSync('NFNL_MSG_ACCT_GET')[0]?.attrs.bytes, 0n)
  }))

test('nonrec prevents the deletion of a table in use', () =>
  filtering((netlink) => {
    const inet = <A>(attrs: A) => ({ family: 1, attrs })
    const transact = (fill: (batch: ReturnType<typeof netlink.batch>) => void) => {
      const batch = netlink.batch({ oneCall: true })
      batch.add('NFNL_MSG_BATCH_BEGIN', { resId: 10 }, { ack: false })
      fill(batch)
      batch.add('NFNL_MSG_BATCH_END', { resId: 10 }, { ack: false })
      return (batch.sendSync().first?.error as NetlinkError | undefined)?.code
    }
    const code = transact((batch) => {
      batch.add('NFT_MSG_NEWTABLE', inet({ name: 't', flags: 0 }), { create: true })
      batch.add('NFT_MSG_NEWCHAIN', inet({ table: 't', name: 'c' }), { create: true })
    })
    assert.is(code, undefined)
    const remove = (options: { nonrec?: boolean }) =>
      transact((batch) => batch.add('NFT_MSG_DELTABLE', inet({ name: 't' }), options))
    assert.is(remove({ nonrec: true }), 'EBUSY')
    assert.is(remove({}), undefined)
    assert.equal(netlink.dumpSync('NFT_MSG_GETTABLE'), [])
  }))

test('root deletes all actions of a kind', () =>
  connected((netlink, namespace) => {
    namespace.ip('link', 'add', 've0', 'type', 'veth', 'peer', 'name', 've1')
    for (const index of ['5', '6'])
      namespace.exec('tc', ['actions', 'add', 'action', 'mirred', 'egress', 'redirect', 'dev', 've0', 'index', index])
    const actions = () => namespace.exec('tc', ['actions', 'ls', 'action', 'mirred']).match(/index \d+/g) ?? []
    assert.equal(actions(), ['index 5', 'index 6'])
    netlink.requestSync('RTM_DELACTION', { attrs: { tab: [[1, { kind: 'mirred' }]] } }, { root: true })
    assert.equal(actions(), [])
  }))

test.run()
