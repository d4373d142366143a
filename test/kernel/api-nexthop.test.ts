import { type Netlink, NetlinkError, type Nexthop } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses, veths } from '../support/api.js'
import { complaint, type Namespace, skipped } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('next hops by the API', 'netns')

async function scene(nl: Netlink, ns: Namespace): Promise<void> {
  await veths(nl)
  ns.ip('link', 'set', 'dev', 'lo', 'up')
  ns.ip('address', 'add', '10.0.0.1/24', 'dev', 'a')
  ns.ip('address', 'add', '2001:db8::1/64', 'dev', 'a', 'nodad')
}

/** Creates a next hop with ip. Returns false and prints a note if iproute2 or the kernel does not support it. */
function created(ns: Namespace, words: string): boolean {
  try {
    ns.ip('nexthop', 'add', ...words.split(' '))
    return true
  } catch (error) {
    if (!/not supported|garbage|Unknown|support not compiled/.test(complaint(error))) throw error
    skipped(`ip nexthop add ${words}: ${complaint(error)}`)
    return false
  }
}

/** Returns their messages without what changes with time: since when a resilient group has been unbalanced. */
const messages = (nexthops: readonly Nexthop[]) =>
  nexthops.map(({ message: { attrs, ...header } }) => {
    const { unbalancedTime: _, ...resGroup } = attrs.resGroup ?? {}
    return { ...header, attrs: { ...attrs, ...(attrs.resGroup && { resGroup }) } }
  })

const forms = [
  'id 1 via 10.0.0.2 dev a',
  'id 2 via 10.0.0.3 dev a protocol static',
  'id 3 via 10.77.0.9 dev b onlink',
  'id 4 dev a',
  'id 5 via 2001:db8::2 dev a',
  'id 6 via fe80::1 dev a protocol 77',
  'id 7 dev a protocol bird',
  'id 8 blackhole',
  'id 9 blackhole proto zebra',
  'id 10 via 10.0.0.9 fdb',
  'id 11 via 2001:db8::9 fdb',
  'id 12 encap mpls 100/200 via 10.0.0.2 dev a',
  'id 13 encap seg6 mode encap segs 2001:db8::7,2001:db8::8 via 2001:db8::2 dev a',
  'id 14 encap ip id 5 dst 10.9.9.9 ttl 7 via 10.0.0.2 dev a',
  'id 15 encap ip6 id 5 dst 2001:db8::99 via 2001:db8::2 dev a',
  'id 20 group 1/2',
  'id 21 group 1,3/2,256/4 protocol static',
  'id 22 group 10/10 fdb',
  'id 23 group 10 fdb',
  'id 24 group 1,7/2 type resilient buckets 16 idle_timer 30 unbalanced_timer 60',
  'id 25 group 5/6',
] as const

inBothWays(test, 'a next hop that was read can be deleted and added again', async (nl, ns) => {
  await scene(nl, ns)
  for (const words of ['-6 id 30 blackhole', '-6 id 31 dev a'])
    ns.ip(...(words.replace('-6', '-6 nexthop add').split(' ') as string[]))
  for (const words of forms.filter((each) => !each.includes('10/10'))) created(ns, words)
  const all = await nl.nexthop.list()
  assert.ok(all.length > 10)
  // Groups first: deleting its last member deletes a group and the routes that use it.
  const isGroup = (nexthop: Nexthop) => nexthop.group !== undefined
  const ordered = [...all.filter(isGroup), ...all.filter((nexthop) => !isGroup(nexthop))]
  for (const copy of [(one: Nexthop) => one, (one: Nexthop) => ({ ...one })]) {
    for (const nexthop of ordered) {
      await nl.nexthop.delete(copy(nexthop))
      assert.is(await nl.nexthop.get({ id: nexthop.id }), undefined)
      await refuses('again', () => nl.nexthop.delete(copy(nexthop)), 'ENOENT')
    }
    assert.equal(await nl.nexthop.list(), [])
    for (const nexthop of [...ordered].reverse()) assert.is(await nl.nexthop.add(copy(nexthop)), nexthop.id)
    assert.equal(messages(await nl.nexthop.list()), messages(all))
    for (const nexthop of [...ordered].reverse()) await nl.nexthop.replace(copy(nexthop))
    assert.equal(messages(await nl.nexthop.list()), messages(all))
  }
})

inBothWays(test, 'next hop groups report counters and hwStats', async (nl, ns) => {
  await scene(nl, ns)
  await nl.nexthop.add({ id: 1, dev: 'a' })
  try {
    await nl.nexthop.add({ id: 2, group: [{ id: 1 }], hwStats: true })
  } catch (error) {
    // Linux before 6.9 does not have this attribute.
    assert.ok(error instanceof NetlinkError && error.code === 'EINVAL', String(error))
    return skipped('hwStats of next hops')
  }
  assert.is((await nl.nexthop.get({ id: 2 }))?.hwStats, undefined)
  const group = await nl.nexthop.get({ id: 2, stats: true })
  assert.is(group?.hwStats, true)
  assert.equal(
    group?.message.attrs.groupStats?.entry?.map(({ id }) => id),
    [1],
  )
  assert.equal(
    (await nl.nexthop.list({ stats: true })).map(({ hwStats }) => hwStats),
    [undefined, true],
  )
  if (!group) return
  await nl.nexthop.delete(group)
  await nl.nexthop.add({ ...group })
  assert.is((await nl.nexthop.get({ id: 2, stats: true }))?.hwStats, true)
  await nl.nexthop.replace({ ...group, hwStats: false })
  assert.is((await nl.nexthop.get({ id: 2, stats: true }))?.hwStats, false)
})

inBothWays(test, 'delete never removes a different next hop', async (nl, ns) => {
  await scene(nl, ns)
  await nl.nexthop.add({ id: 1, via: '10.0.0.2', dev: 'a', protocol: 'static' })
  const read = await nl.nexthop.get({ id: 1 })
  assert.ok(read)
  for (const words of ['via 10.0.0.3 dev a proto static', 'via 10.0.0.2 dev a proto bird', 'blackhole']) {
    ns.ip('nexthop', 'replace', 'id', 1, ...words.split(' '))
    await refuses(words, () => nl.nexthop.delete(read), 'ENOENT', /next hop 1 is a different one/)
    await refuses(words, () => nl.nexthop.delete({ ...read }), 'ENOENT', /next hop 1 is a different one/)
    assert.is(ns.ip('nexthop').length, 1, words)
  }
  await refuses('a different device', () => nl.nexthop.delete({ id: 1, dev: 'b' }), 'ENOENT', /next hop 1/)
  await nl.nexthop.delete({ id: 1, blackhole: true })
  // A group that lost a member still counts as the same group.
  for (const id of [1, 2]) await nl.nexthop.add({ id, via: `10.0.0.${id + 1}`, dev: 'a' })
  await nl.nexthop.add({ id: 3, group: [{ id: 1 }, { id: 2 }] })
  const group = await nl.nexthop.get({ id: 3 })
  await nl.nexthop.delete({ id: 1 })
  assert.ok(group)
  await nl.nexthop.delete(group)
  assert.equal(
    ns.ip('nexthop').map(({ id }) => id),
    [2],
  )
})

inBothWays(test, 'errors name the option, the accepted values and the given value', async (nl, ns) => {
  await scene(nl, ns)
  await nl.nexthop.add({ id: 1, dev: 'a' })
  for (const nothing of [{}, { id: undefined }, { id: 0 }, { id: -1 }, { id: 2 ** 32 }, { id: '1' }, undefined, null])
    for (const verb of ['delete', 'get', 'replace'] as const)
      await refuses(
        `${verb} ${JSON.stringify(nothing)}`,
        () => nl.nexthop[verb](nothing as never),
        'TypeError',
        /id|nexthop/,
      )
  for (const id of [0, -1, '1'])
    await refuses('id', () => nl.nexthop.add({ id, dev: 'a' } as never), 'TypeError', /id.* from 1 to 4294967295, got/)
  for (const weight of [0, 65536, 65537, 1.5, '1'] as never[])
    for (const verb of ['add', 'replace'] as const)
      await refuses(
        `weight ${weight}`,
        () => nl.nexthop[verb]({ id: 9, group: [{ id: 1, weight }] }),
        'TypeError',
        /weight.* 1 to 65535, got/,
      )
  await refuses('a member with ID 0', () => nl.nexthop.add({ group: [{ id: 0 }] }), 'TypeError', /id of group.*got 0/)
  await refuses('a filter', () => nl.nexthop.list({ dev: 0 }), 'TypeError', /dev.*0/)
  await refuses('a filter', () => nl.nexthop.list({ master: 0 }), 'TypeError', /master.*0/)
  await nl.nexthop.add({ id: 9, group: [{ id: 1, weight: 256 }] })
  try {
    await nl.nexthop.replace({ id: 9, group: [{ id: 1, weight: 65535 }] })
    assert.is(ns.ip('nexthop', 'show', 'id', 9).length, 1)
    assert.equal((await nl.nexthop.get({ id: 9 }))?.group, [{ id: 1, weight: 65535 }])
  } catch (error) {
    // Linux before 6.12 has eight bits for the weight.
    assert.match(String(error), /Reserved fields in nexthop_grp/)
  }
})

/** Tries options alone and in pairs. The kernel accepts them, or names the one that it rejects. */
inBothWays(test, 'the kernel rejects no option of a next hop without a reason', async (nl, ns) => {
  await scene(nl, ns)
  await nl.nexthop.add({ id: 1, via: '10.0.0.2', dev: 'a' })
  await nl.nexthop.add({ id: 2, via: '10.0.0.9', fdb: true })
  const options: readonly object[] = [
    ...[
      { via: '10.0.0.3' },
      { via: '2001:db8::3' },
      { via: '0.0.0.0' },
      { via: 'ff02::1' },
      { dev: 'a' },
      { dev: 'lo' },
    ],
    ...[{ blackhole: true }, { fdb: true }, { group: [{ id: 1 }] }, { group: [{ id: 2 }] }, { group: [] }],
    ...[{ group: [{ id: 1 }, { id: 2 }] }, { groupType: 'mpath' }, { groupType: 'resilient' }, { groupType: 9 }],
    ...[{ resilient: { buckets: 0 } }, { resilient: { buckets: 65535, idleTimer: 0xffffffff } }, { resilient: {} }],
    ...[{ protocol: 0 }, { protocol: 255 }, { family: 'inet' }, { family: 'inet6' }, { flags: ['ONLINK'] }],
    ...[{ flags: ['PERVASIVE'] }, { hwStats: true }, { encap: { type: 'mpls', data: {} } }, { id: 4294967295 }],
    ...[{ encap: { type: 'ip', data: { dst: '10.0.0.9' } } }, { encap: { type: 99 } }, { scope: 'host' }],
  ]
  const unexplained: string[] = []
  for (const one of options)
    for (const other of options)
      for (const verb of ['add', 'replace'] as const)
        try {
          await nl.nexthop[verb]({ id: 50, ...one, ...other } as never)
        } catch (error) {
          if (error instanceof TypeError) continue
          if (!(error instanceof NetlinkError)) throw error
          const reason = error.kernelMessage ?? error.attribute
          if (['EINVAL', 'ERANGE'].includes(error.code) && reason === undefined)
            unexplained.push(`${verb} ${JSON.stringify({ ...one, ...other })}: ${error}`)
        }
  assert.equal(unexplained, [])
})

test.run()
