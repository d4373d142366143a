import { ArgumentError } from '@netloom/netlink'
import { TunTap } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { openedSince, openFiles } from './device.js'

const test = suiteNeeding('TunTap: wrong arguments', 'netns', 'tun')

/** Asserts that a call throws an ArgumentError with this text. */
function isRefused(call: () => unknown, text: string): void {
  assert.throws(
    call,
    (error: unknown) => error instanceof ArgumentError && error.message.includes(text),
    `${call}: ${text}`,
  )
}

const noObjects = [null, true, 5, 5n, Number.NaN, 'x', [], new Date(), () => {}, Symbol('s')] as never[]

test('options that are no object, and unknown keys', () =>
  inScratch(async ({ path: netns }) => {
    const before = openFiles()
    using tap = TunTap.create({ mode: 'tap', netns, vnetHdr: true })
    for (const value of noObjects) {
      isRefused(() => tap.events(value), 'expected options')
      isRefused(() => tap.filters.setAddresses(value), 'expected address filter')
      isRefused(() => tap.vnet.setOffload(value), 'expected offloads')
      isRefused(() => TunTap.create(value), 'expected options')
      isRefused(() => TunTap.attach(value), 'expected options')
      isRefused(() => TunTap.openMacvtap(value), 'expected options')
      isRefused(() => TunTap.fromFd(99999, value), 'expected options')
      await TunTap.createMacvtap(value).then(
        () => assert.unreachable(),
        (error: unknown) => assert.instance(error, ArgumentError, String(error)),
      )
    }
    isRefused(() => tap.events({ x: 1 } as never), `expected the options signal, got 'x'`)
    isRefused(
      () => tap.filters.setAddresses({ addresses: ['02:00:00:00:00:01'], x: 1 } as never),
      `expected the address filter addresses, allMulticast, got 'x'`,
    )
    isRefused(() => tap.filters.setAddresses({} as never), 'expected addresses')
    isRefused(() => tap.vnet.setOffload({ ufo: true } as never), `got 'ufo'`)
    isRefused(() => tap.vnet.setOffload({ csum: 1 } as never), 'csum')
    for (const signal of [7, 'x', null, {}] as never[]) isRefused(() => tap.events({ signal }), 'signal')
    assert.equal(openedSince(before), ['/dev/net/tun'])
  }))

test('the descriptor of a namespace is not truncated to 32 bits', () => {
  for (const netns of [2 ** 32, 2 ** 32 + 3, 2 ** 53, 2 ** 31, -1, 1.5, Number.NaN])
    isRefused(() => TunTap.create({ mode: 'tap', netns }), `a descriptor, { pid } or a Netns, got ${netns}`)
})

test.run()
