import * as netlink from '@netloom/netlink'
import { ofKind } from '@netloom/netlink/codec'
import * as connector from '@netloom/netlink/connector'
import * as diag from '@netloom/netlink/diag'
import * as generic from '@netloom/netlink/generic'
import * as netfilter from '@netloom/netlink/netfilter'
import * as rdma from '@netloom/netlink/rdma'
import * as route from '@netloom/netlink/route'
import * as uevent from '@netloom/netlink/uevent'
import * as xfrm from '@netloom/netlink/xfrm'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { messagesOf } from '../fuzz/declared.js'
import { isSet } from '../support/header-family.js'
import { inside } from '../support/inside.js'
import '../support/built.js'

const test = suite('attribute sets in messages')

const exported = [netlink, route, generic, netfilter, xfrm, diag, uevent, rdma, connector].flatMap((each) =>
  Object.entries(each as Readonly<Record<string, unknown>>),
)

/** Copies of a declaration (`multi()`, `late()`, …) share the table of rows. */
const messages = exported.flatMap(([, each]) => [...messagesOf(each)])
const reached = new Set(
  [...inside(messages.map(({ name, declaration }) => ({ path: [name], declaration })))]
    .map(({ declaration }) => ofKind(declaration))
    .flatMap((each): object[] => (each.kind === 'attributes' ? [each.table] : [])),
)

/** Attribute sets that the walk does not find in a message, each with the reason. */
const exceptions: Readonly<Record<string, string>> = {
  mptcpEventAttrs: 'the first attribute selects events (mptcpEventMessage)',
  nlmsgerrAttrs: 'attributes of acks, which all protocols share',
}

test('every exported attribute set occurs in a message (a kind without a row in its select() does not)', () => {
  const lost = exported.filter(([, each]) => isSet(each) && !reached.has(each.table)).map(([name]) => name)
  assert.equal(lost.sort(), Object.keys(exceptions).sort())
})

test.run()
