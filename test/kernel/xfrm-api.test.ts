import { Netlink, type XfrmEvent } from '@netloom/netlink'
import { scripted } from '@netloom/netlink/testing'
import * as assert from 'uvu/assert'
import { inBothWays, refuses } from '../support/api.js'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { policyRows } from '../support/xfrm-rows.js'
import { runTwins } from '../support/xfrm-twins.js'

// nl.xfrm, compared with ip. This kernel may lack ESP: test/guest/xfrm.guest.ts has states.

const test = suiteNeeding('nl.xfrm', 'netns')

test('policies are those of ip, and what was read can be added', async () => {
  assert.equal(await runTwins(policyRows), [])
})

const out = { src: '10.1.0.0/16', dst: '10.2.0.0/16', dir: 'out' } as const

inBothWays(test, 'policies are listed by filters, updated, counted and flushed', async (nl, ns) => {
  const { policy } = nl.xfrm
  await policy.add({ ...out, priority: 5, templates: [{ proto: 'esp', reqid: 7 }] })
  await policy.add({ dir: 'in', src: '2001:db8::/32', action: 'block' })
  assert.equal(
    (await policy.list()).map(({ dir, family, src, dst, action }) => [dir, family, src, dst, action]).sort(),
    [
      ['in', 'inet6', '2001:db8::/32', 'default', 'block'],
      ['out', 'inet', '10.1.0.0/16', '10.2.0.0/16', 'allow'],
    ],
  )
  assert.is((await policy.list({ dir: 'in' })).length, 1)
  assert.is((await policy.list({ family: 'inet', priority: 5 })).length, 1)
  assert.is((await policy.list({ ptype: 'main', priority: 6 })).length, 0)
  const read = await policy.get(out)
  assert.is((await policy.get({ dir: 'out', index: read?.index }))?.priority, 5)
  assert.is(await policy.get({ dir: 'fwd', index: 4711 }), undefined)
  await policy.update({ ...out, priority: 5, action: 'block' })
  assert.equal((await policy.get(out))?.templates, [])
  assert.match(ns.exec('ip', ['xfrm', 'policy', 'list', 'dir', 'out']), /dir out action block priority 5/)
  const { in: count, out: others, fwd, socketOut } = await policy.count()
  const printed = ns.exec('ip', ['xfrm', 'policy', 'count'])
  assert.equal([count, others, fwd, socketOut], [1, 1, 0, 0])
  assert.match(printed, /IN\s+1\s+OUT\s+1\s+FWD\s+0/)
  await refuses(
    'twice',
    () => policy.add({ ...out, priority: 5 }),
    'EEXIST',
    /XFRM_MSG_NEWPOLICY src 10\.1\.0\.0\/16 .* dir out: file exists/,
  )
  await policy.delete({ dir: 'in', src: '2001:db8::/32' })
  await refuses('gone', () => policy.delete({ dir: 'in', src: '2001:db8::/32' }), 'ENOENT', /no such policy/)
  await policy.flush()
  assert.equal(await policy.list(), [])
})

inBothWays(test, 'the action without a policy is that of ip', async (nl, ns) => {
  assert.equal(await nl.xfrm.policy.getDefaults(), { in: 'accept', out: 'accept', fwd: 'accept' })
  await nl.xfrm.policy.setDefaults({ in: 'block' })
  await nl.xfrm.policy.setDefaults({ fwd: 'block' })
  assert.equal(await nl.xfrm.policy.getDefaults(), { in: 'block', out: 'accept', fwd: 'block' })
  assert.match(ns.exec('ip', ['xfrm', 'policy', 'getdefault']), /in:\s+block\s+fwd:\s+block\s+out:\s+accept/)
})

inBothWays(test, 'without states, they are an empty list, and refusals name the state', async (nl) => {
  const key = { src: '10.0.0.1', dst: '10.0.0.2', proto: 'esp', spi: 0x100 } as const
  assert.equal(await nl.xfrm.state.list({ src: '10.0.0.0/8' }), [])
  assert.is(await nl.xfrm.state.get(key), undefined)
  assert.is((await nl.xfrm.state.count()).states, 0)
  const says = /XFRM_MSG_DELSA src 10\.0\.0\.1 dst 10\.0\.0\.2 proto esp spi 0x100: no such state/
  await refuses('delete', () => nl.xfrm.state.delete(key), 'ESRCH', says)
  await nl.xfrm.state.flush()
})

inBothWays(test, 'an SPI is allocated in a range, and the state waits for its algorithms', async (nl, ns) => {
  const wanted = {
    src: '10.0.0.1',
    dst: '10.0.0.2',
    proto: 'esp',
    reqid: 5,
    mode: 'tunnel',
    min: 0x200,
    max: 0x2ff,
  } as const
  const made = [await nl.xfrm.state.allocSpi(wanted), await nl.xfrm.state.allocSpi({ ...wanted, seq: 7 })]
  const spis = made.map(({ spi }) => spi).sort()
  assert.ok(spis.every((spi) => spi >= 0x200 && spi <= 0x2ff) && spis[0] !== spis[1])
  const [first] = made
  assert.equal([first?.reqid, first?.mode, first?.src], [5, 'tunnel', '10.0.0.1'])
  assert.equal((await nl.xfrm.state.list()).map(({ spi }) => spi).sort(), spis)
  assert.match(ns.exec('ip', ['xfrm', 'state', 'list']), /proto esp spi 0x000002[0-9a-f]{2} .*reqid 5/)
  // The kernel tries numbers of a range at random. A range of one number is full for certain.
  const used = { min: first?.spi, max: first?.spi }
  await refuses(
    'a full range',
    () => nl.xfrm.state.allocSpi({ ...wanted, ...used, seq: 8 }),
    'ENOENT',
    /dst 10\.0\.0\.2 .*[Nn]o SPI .* range/,
  )
  const { spi } = await nl.xfrm.state.allocSpi({ src: '2001:db8::1', dst: '2001:db8::2', proto: 'comp' })
  assert.ok(spi >= 0x100 && spi <= 0xffff)
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ ...wanted, min: 0x300 }, /min of state to be at most max, 767, got 768/],
    [{ ...wanted, spi: 5 }, /state to have the keys .*'spi'/],
    [{ ...wanted, dst: undefined }, /state to have 'dst'/],
    [{ ...wanted, max: -1 }, /max of state .*-1/],
  ]
  for (const [value, says] of wrong)
    await refuses('wrong', () => nl.xfrm.state.allocSpi(value as never), 'TypeError', says)
  await refuses('a protocol', () => nl.xfrm.state.allocSpi({ ...wanted, proto: 'udp' }), 'EINVAL')
  await nl.xfrm.state.flush()
})

test('policies that are added, replaced, removed and flushed are events', () =>
  inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    using watch = await nl.xfrm.watch().ready()
    const next = async () => (await watch.next()).value as XfrmEvent
    const described = async () => {
      const event = await next()
      return 'object' in event ? [event.type, event.kind, event.object.src] : [event.type]
    }
    await nl.xfrm.policy.add(out)
    assert.equal(await described(), ['added', 'policy', '10.1.0.0/16'])
    await nl.xfrm.policy.update({ ...out, action: 'block' })
    assert.equal(await described(), ['changed', 'policy', '10.1.0.0/16'])
    await nl.xfrm.policy.delete(out)
    assert.equal(await described(), ['removed', 'policy', '10.1.0.0/16'])
    await nl.xfrm.policy.add(out)
    assert.equal(await described(), ['added', 'policy', '10.1.0.0/16'])
    await nl.xfrm.policy.flush()
    assert.equal(await next(), { type: 'flushed', kind: 'policy', ptype: 'main' })
  }))

const SECRET = '00112233445566778899aabbccddeeff'
const state = { src: '10.0.0.1', dst: '10.0.0.2', proto: 'esp', spi: 1 } as const

/** Wrong calls, with what the error says. */
const wrong: readonly (readonly [call: string, argument: object, says: RegExp])[] = [
  ['state.add', { dst: '10.0.0.2', proto: 'esp' }, /state to have 'src', got none/],
  ['state.add', { ...state, proto: 'esb' }, /proto of state to be a number or one of .*esp.*, got "esb"/],
  ['state.add', { ...state, spi: -1 }, /spi of state to be an integer from 0 to 4294967295, got -1/],
  ['state.add', { ...state, src: '2001:db8::1' }, /src of state to be of inet, got "2001:db8::1"/],
  ['state.add', { ...state, mode: 'tunnels' }, /mode of state to be a number or one of transport, tunnel/],
  [
    'state.add',
    { ...state, enc: { name: 'cbc(aes)', key: SECRET.slice(1) } },
    /key of enc to be hexadecimal digits, two for each byte, got a text of 31 characters$/,
  ],
  [
    'state.add',
    { ...state, enc: { name: 'cbc(aes)', key: Buffer.from(SECRET, 'hex') } },
    /key of enc to be hexadecimal digits, two for each byte, got a value of type object$/,
  ],
  ['state.add', { ...state, enc: { key: SECRET } }, /enc to have 'name', got none/],
  ['state.add', { ...state, enc: { name: 'x'.repeat(64) } }, /name of enc to be a text of 1 to 63 bytes/],
  [
    'state.add',
    { ...state, aead: { name: 'a', icvLen: 64 }, enc: { name: 'b' } },
    /state to have either aead or enc, got both/,
  ],
  ['state.add', { ...state, aead: { name: 'a' } }, /aead to have 'icvLen', got none/],
  ['state.add', { ...state, flags: ['ESM'] }, /flags of state to be of the flags NOECN, .*, got "ESM"/],
  ['state.add', { ...state, replayWindow: 5000 }, /replayWindow of state to be an integer from 0 to 4096, got 5000/],
  ['state.add', { ...state, limits: { byteHard: 0 } }, /byteHard of limits to be an integer from 1 to/],
  ['state.add', { ...state, limits: { bytes: 1 } }, /limits to have the keys byteSoft, .*, got 'bytes'/],
  ['state.add', { ...state, sel: { src: '10.0.0.0/8', dst: '2001:db8::/32' } }, /sel to have addresses of one family/],
  ['state.add', { ...state, sel: { sport: 70000 } }, /sport of sel to be an integer from 0 to 65535, got 70000/],
  ['state.add', { ...state, encap: { type: 'espinudp', sport: 1 } }, /encap to have 'dport', got none/],
  ['state.add', { ...state, offload: { dev: 'lo' } }, /offload to have 'dir', got none/],
  ['state.add', { ...state, mark: { value: 1, mask: -1 } }, /mask of mark of state to be an integer/],
  ['state.get', { proto: 'esp' }, /state to have 'dst', got none/],
  ['state.list', { source: '10.0.0.1' }, /filter to have the keys src, dst, family, proto, reqid, spi, got 'source'/],
  ['state.flush', { proto: 'esb' }, /proto of filter to be a number or one of/],
  ['policy.add', { src: '10.0.0.0/8' }, /policy to have 'dir', got none/],
  ['policy.add', { dir: 'inn' }, /dir of policy to be a number or one of in, out, fwd, got "inn"/],
  ['policy.add', { dir: 'in', src: '10.0.0.0/8', dst: '2001:db8::/32' }, /policy to have addresses of one family/],
  ['policy.add', { dir: 'in', action: 'deny' }, /action of policy to be a number or one of allow, block, got "deny"/],
  ['policy.add', { dir: 'in', templates: [{ mode: 'tunnel' }] }, /templates\.0 to have 'proto', got none/],
  [
    'policy.add',
    { dir: 'in', templates: Array(7).fill({ proto: 'esp' }) },
    /templates of policy to be a list of up to 6 templates/,
  ],
  [
    'policy.add',
    { dir: 'in', templates: [{ proto: 'esp', level: 'maybe' }] },
    /level of templates\.0 to be required or use, got "maybe"/,
  ],
  ['policy.delete', { dir: 'in' }, /policy to have at least one of index, src, dst, proto, dev, got 'dir' alone/],
  ['policy.setDefaults', { in: 'deny' }, /in of defaults to be a number or one of unspec, block, accept, got "deny"/],
]

for (const [call, argument, says] of wrong)
  test(`refused before anything is sent: ${call} ${says.source}`, async () => {
    using nl = Netlink.open({ socketFactory: scripted([]) })
    const [object = '', name = ''] = call.split('.')
    // biome-ignore lint/suspicious/noExplicitAny: calls of many types
    const operations = (nl.xfrm as any)[object]
    await refuses(call, () => operations[name](argument), 'ERR_NETLINK_ARGUMENT', says)
    await refuses(`${call}Sync`, () => operations[`${name}Sync`](argument), 'ERR_NETLINK_ARGUMENT', says)
  })

test.run()
