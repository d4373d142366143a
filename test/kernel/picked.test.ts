import { Connection } from '@netloom/netlink'
import { EncodeError, encode, message, picked } from '@netloom/netlink/codec'
import { ifinfomsg, linkAttrs, linkInfo } from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('replies decoded in part', 'netns')

const linkinfo = picked(linkInfo, { kind: true, data: true })
const brief = message('link', ifinfomsg, picked(linkAttrs, { ifname: true, mtu: true, linkinfo }))

test('get and dump return only the picked attributes, with the values of the full message', () =>
  inScratch(async ({ path, ip }) => {
    ip('link', 'add', 'br0', 'mtu', 1400, 'type', 'bridge', 'forward_delay', 900)
    using nl = Connection.open({ netns: path })
    const whole = nl.dumpSync('RTM_GETLINK')
    const expected = whole.map(({ attrs: { ifname, mtu, linkinfo }, ...header }) => ({
      ...header,
      attrs: { ifname, mtu, linkinfo: linkinfo && { kind: linkinfo.kind, data: linkinfo.data } },
    }))
    assert.is(whole.length, 2)
    assert.equal(nl.dumpSync('RTM_GETLINK', {}, {}, brief), expected)
    assert.equal(await nl.dump('RTM_GETLINK', {}, undefined, brief).toArray(), expected)
    const attrs = { ifname: 'br0' }
    assert.equal(nl.requestSync('RTM_GETLINK', { attrs }, {}, brief), [expected[1]])
    assert.equal(await nl.request('RTM_GETLINK', { attrs }, undefined, brief), [expected[1]])
    const [bridge] = nl.requestSync('RTM_GETLINK', { attrs }, {}, brief)
    const kind: string | undefined = bridge?.attrs.linkinfo?.kind
    assert.is(kind, 'bridge')
    // @ts-expect-error was not picked
    assert.is(bridge?.attrs.txqlen, undefined)
  }))

test('an attribute that a set does not have is a TypeError that names it', () => {
  const pick = () => picked(linkAttrs, { mtu: true, colour: true })
  assert.throws(pick, (error: Error) => {
    return error instanceof TypeError && error.message === 'expected an attribute of IFLA, got "colour"'
  })
})

test('picked attributes cannot be encoded', () =>
  assert.throws(
    () => encode(brief, { attrs: { mtu: 1 } }),
    (error: unknown) => error instanceof EncodeError,
  ))

test.run()
