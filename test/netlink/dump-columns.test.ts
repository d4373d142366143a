import { describe } from '@netloom/netlink/codec'
import { Redactor, SECRET } from '@netloom/netlink/inspect'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { inWords, Words } from '../../packages/netlink/dist/inspect/inline.js'
import { cellOf, type Row } from '../../packages/netlink/dist/inspect/table/columns.js'
import { localEnd, remoteEnd } from '../../packages/netlink/dist/inspect/table/endpoints.js'
import { columnsByKind } from '../../packages/netlink/dist/inspect/table/kinds.js'
import { messagesOf } from '../support/captures.js'

/** Cells of the tables of `netloom dump`, for objects that the kernel sent in captures. */

const test = suite('columns of netloom dump')

/** Returns the cells of the first objects of a kind in a capture. `length` is the number of columns from the left. */
function rowsOf(kind: string, capture: string, type: string, most: number, length: number): string[][] {
  return messagesOf(capture)
    .filter((message) => message.type === type && !message.toKernel)
    .slice(0, most)
    .map(({ declaration, value }) => {
      const row = describe(declaration!, value, inWords) as Row
      return columnsByKind[kind]!.slice(0, length).map((column) => cellOf(column, row, (index) => `link${index}`))
    })
}

test('handles, parents and classes are as tc prints them', () => {
  assert.equal(rowsOf('qdiscs', '08-tc-qdisc1', 'RTM_NEWQDISC', 2, 4), [
    ['link3', 'htb', '1:', 'root'],
    ['link3', 'fq_codel', '10:', '1:10'],
  ])
  assert.equal(rowsOf('classes', '08-tc-qdisc1', 'RTM_NEWTCLASS', 2, 4), [
    ['link3', 'htb', '1:1', 'root'],
    ['link3', 'htb', '1:10', '1:1'],
  ])
  assert.equal(rowsOf('filters', '08-tc-filter', 'RTM_NEWTFILTER', 1, 8), [
    ['link3', 'ingress', 'ip', '10', 'flower', '0', '0x5', ''],
  ])
})

test('IPsec has the words of ip xfrm, and no key', () => {
  const states = rowsOf('xfrm-states', 'xfrm', 'XFRM_MSG_NEWSA', 3, 7)
  assert.equal(states[0], ['2001:db8::1', '2001:db8::2', 'ah', '0x103', '0', 'transport', 'hmac(sha1)'])
  assert.equal(states[2], ['192.0.2.1', '192.0.2.2', 'esp', '0x101', '7', 'tunnel', 'cbc(aes) hmac(sha256)'])
  const policies = rowsOf('xfrm-policies', 'xfrm', 'XFRM_MSG_NEWPOLICY', 2, 5)
  assert.equal(policies[0], ['2001:db8:1::/48', '2001:db8:2::/48', 'in', '0', 'block'])
  assert.equal(policies[1], ['10.1.0.0/16', '10.2.0.0/16', 'out', '100', 'allow'])
})

test('rules look up tables, as ip rule prints them', () =>
  assert.equal(
    rowsOf('rules', 'rule', 'RTM_NEWRULE', 1, 8).map((row) => row.slice(-2)),
    [['lookup', 'local']],
  ))

test('sockets have their two ends, those of netlink protocol and port id', () => {
  const packet = { family: new Words('AF_PACKET'), num: new Words('ETH_P_ALL'), attrs: { info: { index: 3 } } }
  const cases: readonly (readonly [Row, string, string])[] = [
    [{ ...netlinkSocket, portid: 4711, dstPortid: 0, dstGroup: 0 }, 'route:4711', 'kernel'],
    [{ ...netlinkSocket, portid: 4711, dstPortid: 0, dstGroup: 5 }, 'route:4711', 'kernel group 5'],
    [{ ...netlinkSocket, portid: 1, dstPortid: 4711, dstGroup: 0 }, 'route:1', '4711'],
    [{ family: new Words('AF_VSOCK'), srcCid: 2, srcPort: 1024, dstCid: 3, dstPort: 22 }, '2:1024', '3:22'],
    [packet, 'link3:all', ''],
    [{ ...packet, attrs: { info: { index: 0 } } }, '*:all', ''],
    [{ family: new Words('AF_XDP'), attrs: { info: { ifindex: 3, queueId: 1 } } }, 'link3:1', ''],
    [{ family: new Words('AF_UNIX'), attrs: { name: '/run/x' } }, '/run/x', ''],
    [
      { family: new Words('AF_INET6'), id: { src: '2001:db8::1', sport: 22, dst: '2001:db8::2', dport: 80 } },
      '[2001:db8::1]:22',
      '[2001:db8::2]:80',
    ],
  ]
  for (const [row, local, remote] of cases)
    assert.equal([localEnd(row, (index) => `link${index}`), remoteEnd(row)], [local, remote])
})

const netlinkSocket = { family: new Words('AF_NETLINK'), protocol: new Words('NETLINK_ROUTE') }

test('words stay words where keys are replaced', () => {
  const [message] = messagesOf('10-sockdiag').filter(
    ({ toKernel, type }) => !toKernel && type === 'SOCK_DIAG_BY_FAMILY',
  )
  const row = new Redactor().describe(message!, inWords, new Words(SECRET)) as Row
  assert.instance(row.family, Words)
})

test.run()
