import { Netlink, NetlinkError, type NewIpSet } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { icmpNames, icmpv6Names } from '../../packages/netlink/dist/api/ipset/icmp-names.js'
import { inBothWays, refuses } from '../support/api.js'
import { ipset, lastingSets, listedSets } from '../support/ipset.js'
import { ipsetRows, newIpsetRows } from '../support/ipset-rows.js'
import { createBoth, readsWhatIsListed, sameSets } from '../support/ipset-twins.js'
import { skipped } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

/** nl.ipset, compared with the command ipset. test/guest/ipset.guest.ts has the types that a kernel may lack. */
const test = suiteNeeding('ip sets', 'netns', 'ipset')

const rows = [...ipsetRows, ...newIpsetRows]

test('sets of calls are those of the command, and are read as it lists them', async () => {
  const missing = await createBoth(rows, async (nl, calls, commands) => {
    sameSets(calls, commands)
    await readsWhatIsListed(nl, calls)
    // The command lists all options but this one.
    using others = Netlink.open({ netns: commands.path })
    assert.is((await others.ipset.get('all'))?.forceadd, true)
  })
  assert.ok(missing.length < rows.length / 2)
  if (missing.length > 0) skipped(`sets of the types ${missing.join(' ')}, which the kernel lacks`)
})

test('what was read can be created and added again', () =>
  createBoth(rows, async (nl, calls, commands) => {
    const sets = await nl.ipset.list()
    const read = await Promise.all(sets.map(async (set) => [set, await nl.ipset.entries(set.name)] as const))
    for (const { name } of [...sets].reverse()) await nl.ipset.destroy(name)
    assert.is(listedSets(calls).length, 0)
    for (const [set, entries] of read) {
      await nl.ipset.create(set as NewIpSet)
      await nl.ipset.add(set.name, entries)
    }
    sameSets(calls, commands)
  }).then(() => {}))

inBothWays(test, 'sets are listed, found, renamed, swapped, flushed and destroyed', async (nl, ns) => {
  assert.equal(await nl.ipset.list(), [])
  assert.is(await nl.ipset.get('a'), undefined)
  await nl.ipset.create({ name: 'a', type: 'hash:net' })
  await nl.ipset.create({ name: 'b', type: 'hash:net', maxelem: 9 })
  await nl.ipset.ensure({ name: 'a', type: 'hash:net' })
  await nl.ipset.add('a', ['10.0.0.0/24', { elem: '10.0.0.7', nomatch: true }])
  assert.is((await nl.ipset.get('a'))?.elements, 2)
  await nl.ipset.rename('a', 'c')
  await nl.ipset.swap('b', 'c')
  assert.equal(
    listedSets(ns)
      .map(({ name, header, entries }) => [name, header.maxelem, entries.length])
      .sort(),
    [
      ['b', '65536', 2],
      ['c', '9', 0],
    ],
  )
  const read = (await nl.ipset.get('b')) as
    | { readonly message?: { readonly attrs: { readonly setname?: string } } }
    | undefined
  assert.is(read?.message?.attrs.setname, 'b')
  await nl.ipset.flush('b')
  assert.equal(await nl.ipset.entries('b'), [])
  await nl.ipset.destroy('b')
  assert.equal(
    (await nl.ipset.list()).map(({ name }) => name),
    ['c'],
  )
})

inBothWays(test, 'entries are tested, changed and deleted', async (nl, ns) => {
  await nl.ipset.create({ name: 'a', type: 'hash:net,port', timeout: 0, comment: true })
  await nl.ipset.add('a', [{ elem: '10.0.0.0/24,tcp:80', comment: 'web' }, '10.0.1.0/24,udp:53'])
  assert.is(await nl.ipset.test('a', '10.0.0.9,tcp:80'), true)
  assert.is(await nl.ipset.test('a', '10.0.0.9,tcp:81'), false)
  await nl.ipset.replace('a', { elem: '10.0.0.0/24,tcp:80', comment: 'web', timeout: 300 })
  await nl.ipset.delete('a', '10.0.1.0/24,udp:53')
  assert.match(ipset(ns, ['save', 'a']), /\nadd a 10.0.0.0\/24,tcp:80 timeout (300|29\d) comment "web"\n$/)
  const [entry] = await nl.ipset.entries('a')
  assert.is(entry?.comment, 'web')
  assert.is((entry as { message?: { port?: number } } | undefined)?.message?.port, 80)
})

inBothWays(test, 'more entries than fit into a message are added, listed and deleted', async (nl, ns) => {
  const elems = Array.from({ length: 5000 }, (_, index) => `10.1.${index >> 8}.${index & 255}`)
  await nl.ipset.create({ name: 'a', type: 'hash:ip', comment: true })
  await nl.ipset.add(
    'a',
    elems.map((elem) => ({ elem, comment: 'c'.repeat(60) })),
  )
  assert.is(listedSets(ns)[0]?.entries.length, elems.length)
  assert.equal(new Set((await nl.ipset.entries('a')).map(({ elem }) => elem)), new Set(elems))
  await nl.ipset.delete('a', elems.slice(1))
  assert.equal(
    listedSets(ns)[0]?.entries.map(({ elem }) => elem),
    ['10.1.0.0'],
  )
})

test('the names of types of ICMP are those of ipset', () =>
  createBoth([ipsetRows[0] as (typeof ipsetRows)[0]], async (nl, calls, commands) => {
    for (const [family, names, address, word] of [
      ['inet', icmpNames, '10.0.0.1', 'icmp'],
      ['inet6', icmpv6Names, '2001:db8::1', 'icmpv6'],
    ] as const) {
      const name = `icmp-${family}`
      await nl.ipset.create({ name, type: 'hash:ip,port', family })
      ipset(commands, ['create', name, 'hash:ip,port', 'family', family])
      // The command refuses these: it reads a dash as the sign of a range, unless the name is in its table.
      for (const [each, [type, code]] of Object.entries(names)) {
        await nl.ipset.add(name, `${address},${word}:${each}`)
        ipset(commands, ['add', name, `${address},${word}:${type}/${code}`])
      }
      const own = (await nl.ipset.entries(name)).map(({ elem }) => elem).sort()
      const theirs = listedSets(commands).find((set) => set.name === name)
      assert.equal(own, theirs?.entries.map(({ elem }) => String(elem)).sort())
    }
    sameSets(calls, commands)
  }).then(() => {}))

inBothWays(test, 'errors of the kernel are explained', async (nl) => {
  await nl.ipset.create({ name: 'a', type: 'hash:ip', maxelem: 1 })
  await nl.ipset.create({ name: 'l', type: 'list:set', size: 1 })
  await nl.ipset.create({ name: 'p', type: 'bitmap:port', range: '1-9' })
  await nl.ipset.add('a', '10.0.0.1')
  await nl.ipset.add('l', 'a')
  const { ipset: sets } = nl
  await refuses(
    'create',
    () => sets.create({ name: 'a', type: 'hash:ip' }),
    'EEXIST',
    /a: there is a set with this name/,
  )
  await refuses('ensure', () => sets.ensure({ name: 'a', type: 'hash:net' }), 'EEXIST')
  await refuses('add', () => sets.add('a', '10.0.0.1'), 'IPSET_ERR_EXIST', /a 10\.0\.0\.1: the entry is in the set/)
  await refuses('delete', () => sets.delete('a', '10.0.0.9'), 'IPSET_ERR_EXIST', /the entry is not in the set/)
  await refuses('full', () => sets.add('a', '10.0.0.2'), 'IPSET_ERR_HASH_FULL', /a 10\.0\.0\.2: the set is full/)
  await refuses('range', () => sets.add('p', '11'), 'IPSET_ERR_BITMAP_RANGE', /p 11: the entry is outside the range/)
  await refuses('list', () => sets.add('l', 'none'), 'IPSET_ERR_NAME', /l none: there is no set with this name/)
  await refuses('loop', () => sets.add('l', 'l'), 'IPSET_ERR_LOOP', /a list does not contain lists/)
  await refuses('comment', () => sets.add('p', { elem: '2', comment: 'x' }), 'IPSET_ERR_COMMENT', /without comment/)
  await refuses('timeout', () => sets.add('p', { elem: '2', timeout: 9 }), 'IPSET_ERR_TIMEOUT', /without timeout/)
  await refuses('destroy', () => sets.destroy('a'), 'IPSET_ERR_BUSY', /a: the set is used/)
  await refuses('none', () => sets.destroy('none'), 'ENOENT', /none: no such set/)
  await refuses('rename', () => sets.rename('p', 'l'), 'IPSET_ERR_EXIST_SETNAME2', /there is a set with the new name/)
  await refuses('swap', () => sets.swap('p', 'x'), 'IPSET_ERR_EXIST_SETNAME2', /no set with the second name/)
  await refuses(
    'types',
    () => sets.swap('p', 'l'),
    'IPSET_ERR_TYPE_MISMATCH',
    /p and l: the sets are of different types/,
  )
  await refuses(
    'size',
    () => sets.create({ name: 'x', type: 'bitmap:ip', range: '10.0.0.0/8' }),
    'IPSET_ERR_BITMAP_RANGE_SIZE',
  )
})

inBothWays(test, 'wrong arguments are refused before anything is sent', async (nl, ns) => {
  for (const [name, type, more] of [
    ['a', 'hash:ip,port', {}],
    ['n', 'hash:net', {}],
    ['l', 'list:set', {}],
  ] as const)
    await nl.ipset.create({ name, type, ...more })
  const before = lastingSets(ns).join()
  const refused = (what: string, call: () => unknown, says: RegExp) => refuses(what, call, 'TypeError', says)
  const create = (set: object) => () => nl.ipset.create({ name: 'x', type: 'hash:ip', ...set } as NewIpSet)
  await refused('type', create({ type: 'hash:ipp' }), /expected type of set to be one of bitmap:ip, .*got "hash:ipp"/)
  await refused('name', create({ name: 'x'.repeat(32) }), /name of set to be a text of 1 to 31 bytes/)
  await refused('key', create({ maxelems: 1 }), /expected set to have the keys name, .*got 'maxelems'/)
  await refused('option', create({ range: '10.0.0.0/24' }), /expected no range of a hash:ip, whose options are/)
  await refused('no range', create({ type: 'bitmap:port' }), /expected set to have 'range', got none/)
  await refused('range', create({ type: 'bitmap:port', range: '9' }), /range of set to be like/)
  await refused('family', create({ family: 'ipv4' }), /family of set to be inet or inet6, got "ipv4"/)
  await refused('netmask', create({ netmask: 33 }), /netmask of set to be an integer from 1 to 32, got 33/)
  await refused('bitmask', create({ bitmask: '::1' }), /bitmask of set to be like 255\.255\.0\.255, got "::1"/)
  await refused('both', create({ netmask: 8, bitmask: '255.0.0.0' }), /netmask or bitmask of set, got both/)
  await refused('timeout', create({ timeout: 2147484 }), /timeout of set to be an integer from 0 to 2147483/)
  const add = (set: string, entry: unknown) => () => nl.ipset.add(set, entry as string)
  await refused(
    'parts',
    add('a', '10.0.0.1'),
    /elem of an entry of a hash:ip,port to have the parts ip,port, got "10\.0\.0\.1"/,
  )
  await refused('address', add('a', '10.0.0,80'), /a part of elem to be an address/)
  await refused('other family', add('a', '2001:db8::1,80'), /a part of elem to be of inet, got/)
  await refused('port', add('a', '10.0.0.1,tcp:65536'), /a port like tcp:80.*got "tcp:65536"/)
  await refused('protocol', add('a', '10.0.0.1,gre:7'), /port 0 with a protocol that has no ports, got "gre:7"/)
  await refused('icmpv6', add('a', '10.0.0.1,icmpv6:1/0'), /expected icmp in a set of inet, got "icmpv6:1\/0"/)
  await refused(
    'nomatch',
    add('a', { elem: '10.0.0.1,80', nomatch: true }),
    /expected no nomatch of an entry of a hash:ip,port/,
  )
  await refused('before', add('n', { elem: '10.0.0.1', before: 'a' }), /expected no before of an entry of a hash:net/)
  await refused('both places', add('l', { elem: 'a', before: 'n', after: 'n' }), /before or after of entry, got both/)
  await refused('skbmark', add('n', { elem: '10.0.0.1', skbmark: 5 }), /skbmark of entry to be like 0x1111/)
  await refused('entry', add('n', 7), /expected entry to be an object, got 7/)
  await refused('undefined', add('n', undefined), /expected entries to be objects or texts/)
  await refused('second of two', () => nl.ipset.add('n', ['10.0.0.1', 'x']), /a part of elem to be an address/)
  await refused('set', () => nl.ipset.entries(undefined as unknown as string), /name of set to be a text/)
  assert.is(lastingSets(ns).join(), before)
})

test('an error is a NetlinkError of the package', () =>
  createBoth([ipsetRows[0] as (typeof ipsetRows)[0]], async (nl) => {
    const error = await nl.ipset.destroy('none').catch((reason: unknown) => reason)
    assert.instance(error, NetlinkError)
  }).then(() => {}))

test.run()
