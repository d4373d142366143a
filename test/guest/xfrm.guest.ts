import { inspect } from 'node:util'
import { Netlink, type XfrmEvent } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses } from '../support/api.js'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { runXfrmCookbook } from '../support/xfrm-cookbook.js'
import { stateRows } from '../support/xfrm-rows.js'
import { runTwins } from '../support/xfrm-twins.js'

/** States of nl.xfrm, compared with ip. This machine's kernel may lack ESP. */
const test = suiteNeeding('nl.xfrm with states', 'netns')

test('states are those of ip, and what was read can be added', async () => {
  const refused = await runTwins(stateRows)
  // Offload needs a device, and ESP in TCP the option of the kernel.
  const unexpected = refused.filter((command) => !/offload|espintcp/.test(command))
  assert.equal(unexpected, [])
})

const AES = '000102030405060708090a0b0c0d0e0f'
const state = {
  src: '10.0.0.1',
  dst: '10.0.0.2',
  proto: 'esp',
  spi: 0x100,
  reqid: 7,
  enc: { name: 'cbc(aes)', key: AES },
  auth: { name: 'hmac(sha256)', key: `${AES}${AES}` },
} as const

inBothWays(test, 'states are listed by filters, updated, counted and flushed', async (nl, ns) => {
  const { state: states } = nl.xfrm
  await states.add(state)
  await states.add({ ...state, dst: '10.9.0.2', proto: 'ah', enc: undefined })
  await states.add({ ...state, src: '2001:db8::1', dst: '2001:db8::2', spi: 0x200, reqid: 8 })
  const found = async (filter: object) => (await states.list(filter)).map(({ dst, proto }) => `${proto} ${dst}`).sort()
  assert.equal(await found({}), ['ah 10.9.0.2', 'esp 10.0.0.2', 'esp 2001:db8::2'])
  assert.equal(await found({ proto: 'ah' }), ['ah 10.9.0.2'])
  assert.equal(await found({ dst: '10.0.0.0/16' }), ['esp 10.0.0.2'])
  assert.equal(await found({ family: 'inet6' }), ['esp 2001:db8::2'])
  assert.equal(await found({ src: '10.0.0.1', reqid: 7, spi: 0x100 }), ['ah 10.9.0.2', 'esp 10.0.0.2'])
  assert.is((await states.count()).states, 3)
  await states.update({ ...state, limits: { timeHard: 600 } })
  assert.is((await states.get(state))?.limits.timeHard, 600)
  assert.match(
    ns.exec('ip', ['-s', 'xfrm', 'state', 'list', 'spi', '0x100', 'proto', 'esp']),
    /expire add: soft 0\(sec\), hard 600\(sec\)/,
  )
  await refuses(
    'twice',
    () => states.add(state),
    'EEXIST',
    /XFRM_MSG_NEWSA src 10\.0\.0\.1 dst 10\.0\.0\.2 proto esp spi 0x100: file exists/,
  )
  await states.flush({ proto: 'ah' })
  assert.is((await states.list()).length, 2)
  await states.flush()
  assert.equal(await states.list(), [])
})

inBothWays(test, 'keys are hidden when a state is printed', async (nl) => {
  await nl.xfrm.state.add(state)
  const [read] = await nl.xfrm.state.list()
  for (const text of [inspect(read, { depth: 9 }), JSON.stringify(read)]) {
    assert.match(text, /hidden/)
    assert.not.match(text, /00010203|00 01 02 03/)
  }
  assert.is(read?.enc?.key?.reveal(), AES)
  assert.is(read?.auth?.truncLen, 96)
})

test('states that are added, updated, expired and deleted, and requests for states, are events', () =>
  inScratch(async ({ path, exec }) => {
    using nl = Netlink.open({ netns: path })
    // IPsec is off on lo: /proc/sys/net/ipv4/conf/lo/disable_xfrm.
    await nl.link.add({ name: 'd0', kind: 'dummy', up: true })
    await nl.address.add({ address: '10.0.0.1/24', dev: 'd0' })
    using watch = await nl.xfrm.watch().ready()
    const next = async () => (await watch.next()).value as XfrmEvent
    const described = async () => {
      const event = await next()
      return 'object' in event
        ? [event.type, event.kind, 'spi' in event.object ? event.object.spi : undefined]
        : [event]
    }
    await nl.xfrm.state.add(state)
    assert.equal(await described(), ['added', 'state', 0x100])
    await nl.xfrm.state.update({ ...state, limits: { byteHard: 5 } })
    assert.equal(await described(), ['changed', 'state', 0x100])
    await nl.xfrm.state.delete(state)
    assert.equal(await described(), ['removed', 'state', 0x100])
    await nl.xfrm.state.flush({ proto: 'esp' })
    await nl.xfrm.state.add({ ...state, limits: { timeHard: 1 } })
    assert.equal(await described(), ['added', 'state', 0x100])
    const expired = await next()
    assert.ok(expired.type === 'expired' && expired.kind === 'state' && expired.hard)
    const tunnel = { src: '10.0.0.1', dst: '10.0.0.9', proto: 'esp', mode: 'tunnel', reqid: 5 } as const
    await nl.xfrm.policy.add({ dst: '10.0.0.7', dir: 'out', templates: [tunnel] })
    assert.is((await next()).type, 'added')
    const program = "require('node:dgram').createSocket('udp4').send('x', 9, '10.0.0.7', () => process.exit())"
    exec(process.execPath, ['-e', program])
    let event = await next()
    while (event.type !== 'acquire') event = await next()
    assert.equal(
      [event.dst, event.proto, event.sel.dst, event.policy.templates[0]?.reqid],
      ['10.0.0.9', 'esp', '10.0.0.7', 5],
    )
  }))

test('the commands and calls of the cookbook about IPsec have the same effect', () => runXfrmCookbook())

test.run()
