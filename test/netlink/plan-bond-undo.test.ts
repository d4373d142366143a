import type { Link } from '@netloom/netlink'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { reversalOf } from '../../packages/netlink/dist/plan/link-originals.js'
import '../support/built.js'

const test = suite('plans: what undoes a change of a bond')

/** Returns the data of the requests that undo a change of a bond, and the codes of refusals that they ignore. */
function undone(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): unknown[] {
  const found = { index: 7, name: 'bond0', kind: 'bond', up: false, data: before } as unknown as Link
  const differences = Object.entries(after).map(([key, wanted]) => ({
    ...{ key: `data.${key}`, wanted, actual: before[key] },
  }))
  const part = { group: 'settings', found, differences, down: undefined, isSetDown: false, loses: 'none' } as const
  const { done, value } = reversalOf(part, { name: 'bond0', kind: 'bond', data: after }, []).next()
  assert.ok(done)
  return (value as { readonly value: unknown; readonly tolerated: readonly string[] }[]).map(({ value, tolerated }) => {
    assert.equal(tolerated, ['EACCES'])
    return (value as { readonly attrs: { readonly linkinfo: { readonly data: unknown } } }).attrs.linkinfo.data
  })
}

const mii = {
  mode: 'active-backup',
  numPeerNotif: 1,
  miimon: 100,
  arpInterval: 0,
  arpValidate: 'none',
  adLacpRate: 'slow',
  tlbDynamicLb: 1,
}
const arp = { ...mii, miimon: 0, arpInterval: 200, arpValidate: 'all' }

test('the monitoring that the kernel turns off along with the other one is restored', () => {
  assert.equal(undone(mii, { arpInterval: 200 }), [{ arpInterval: 0 }, { miimon: 100 }])
  assert.equal(undone(arp, { miimon: 100 }), [{ miimon: 0 }, { arpInterval: 200 }, { arpValidate: 3 }])
})

test('options of a mode are restored before the mode, and what the mode turns off after it', () => {
  assert.equal(undone(arp, { adLacpRate: 'fast', mode: '802.3ad' }), [
    ...[{ adLacpRate: 0 }, { mode: 1 }],
    ...[{ miimon: 0 }, { arpInterval: 200 }, { arpValidate: 3 }, { tlbDynamicLb: 1 }],
  ])
})

test('other options are restored alone', () => assert.equal(undone(mii, { numPeerNotif: 3 }), [{ numPeerNotif: 1 }]))

test('a list that was empty is emptied: the kernel did not report it', () =>
  assert.equal(undone(mii, { arpIpTarget: ['192.0.2.77'] }), [{ arpIpTarget: [] }]))

test.run()
