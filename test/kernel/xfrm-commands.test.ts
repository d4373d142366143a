import { compile } from '@netloom/netlink/codec'
import { type DissectedMessage, dissector } from '@netloom/netlink/dissect'
import * as assert from 'uvu/assert'
import type { Operation } from '../../packages/netlink/dist/api/run/operation.js'
import { policyRows as policy } from '../../packages/netlink/dist/api/xfrm/policy/operations.js'
import { stateRows as state } from '../../packages/netlink/dist/api/xfrm/state/operations.js'
import { nlmFlags } from '../../packages/netlink/dist/connection/flags.js'
import { encodeMessage } from '../../packages/netlink/dist/message/index.js'
import { xfrm } from '../../packages/netlink/dist/xfrm/index.js'
import { suiteNeeding } from '../support/privileges.js'
import { comparable } from '../support/same-request.js'
import { requestsOf } from '../support/strace-commands.js'
import { policyRows, readRows, stateRows, type XfrmRow } from '../support/xfrm-rows.js'

// Commands of ip xfrm, and calls that send the same requests. The kernel may lack the algorithm: what counts is the request.

const test = suiteNeeding('commands of ip xfrm as calls', 'netns', 'strace')

/** NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP */
const [REQUEST, ACK, DUMP] = [1, 4, 0x300]

type AnyRun = (argument?: object) => Operation<unknown>

/** Returns the operation of a row. */
function operationOf([, call, argument]: XfrmRow): Operation<unknown> {
  const [object, name = ''] = call.split('.')
  const rows = (object === 'state' ? state : policy) as unknown as Readonly<Record<string, { readonly run: AnyRun }>>
  const row = rows[name]
  assert.ok(row, call)
  return argument === undefined ? row.run() : row.run(argument)
}

/** Returns the first request of an operation, as it is read from a capture. */
function requestOf(row: XfrmRow): DissectedMessage {
  const { value: request } = operationOf(row).next()
  const { name, value, options, kind } = request as { name: string; value: object; options: object; kind: string }
  const message = xfrm.byName(name)
  const flags = REQUEST | (kind === 'dump' ? DUMP : message.isAcked ? ACK : 0) | nlmFlags(message, options)
  const bytes = encodeMessage({ type: message.type, flags, seq: 1, pid: 0 }, (out) =>
    compile(message.declaration).encode(out, value as never),
  )
  return dissector().dissect({ protocol: xfrm.number, packetType: 7, bytes }).messages[0] as DissectedMessage
}

const all = [...stateRows, ...policyRows, ...readRows]
const runs = requestsOf(all.map(([command]) => command.replace(/(\S*\([^ ]*\)\S*)/g, '"$1"')))

for (const [at, row] of all.entries())
  test(row[0], () => {
    const sent = runs[at]?.requests.find(({ protocol }) => protocol === 'NETLINK_XFRM')
    assert.ok(sent, `no request of ${row[0]}: ${runs[at]?.complaint}`)
    const ours = requestOf(row)
    // ip sends short headers without their padding.
    assert.is(ours.bytes.length, (sent.bytes.length + 3) & ~3, 'length')
    assert.equal(comparable(ours), comparable(sent))
  })

test.run()
