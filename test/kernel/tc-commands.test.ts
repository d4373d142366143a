import { compile } from '@netloom/netlink/codec'
import { rtnetlink } from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import * as action from '../../packages/netlink/dist/api/action/write.js'
import * as chain from '../../packages/netlink/dist/api/chain/write.js'
import * as tclass from '../../packages/netlink/dist/api/class/write.js'
import * as filter from '../../packages/netlink/dist/api/filter/write.js'
import * as qdisc from '../../packages/netlink/dist/api/qdisc/write.js'
import type { Operation } from '../../packages/netlink/dist/api/run/operation.js'
import { nlmFlags } from '../../packages/netlink/dist/connection/flags.js'
import { encodeMessage } from '../../packages/netlink/dist/message/index.js'
import { suiteNeeding } from '../support/privileges.js'
import { requestsOf } from '../support/strace-commands.js'
import { rows } from '../support/tc-rows.js'

// Commands of tc, and calls that send the same bytes. The kernel may lack the kind: what counts is the request.

const test = suiteNeeding('commands of tc as calls', 'netns', 'strace')

// biome-ignore lint/suspicious/noExplicitAny: calls of many types
type AnyCall = (argument: any) => Operation<unknown>

const operations: Readonly<Record<string, AnyCall>> = {
  'qdisc.add': qdisc.add,
  'qdisc.replace': qdisc.replace,
  'filter.add': filter.add,
  'filter.replace': filter.replace,
  'chain.add': chain.add,
  'action.add': action.add,
  'action.delete': action.remove,
  'action.flush': action.flush,
  'class.add': tclass.add,
  'class.set': tclass.set,
  'class.replace': tclass.replace,
}

/** Returns the first change that an operation requests, as a message without sequence number and port. */
function messageOf(operation: Operation<unknown>): Buffer {
  let next = operation.next()
  while (!next.done) {
    const { kind, name, value, options } = next.value
    if (kind === 'change') {
      const message = rtnetlink.byName(name)
      const flags = 5 | nlmFlags(message, options)
      return Buffer.from(
        encodeMessage({ type: message.type, flags, seq: 0, pid: 0 }, (out) =>
          compile(message.declaration).encode(out, value as object),
        ),
      )
    }
    next = operation.next([])
  }
  throw new Error('expected the operation to request a change')
}

/** tc adds an empty attribute to the options of prio, which the kernel ignores. Returns the request without it. */
function withoutEmptyTail(theirs: Buffer): Buffer {
  const cut = Buffer.from(theirs.subarray(0, -4))
  cut.writeUInt32LE(cut.length, 0)
  const options = cut.indexOf('prio') + 8
  cut.writeUInt16LE(cut.readUInt16LE(options) - 4, options)
  return cut
}

/** Bit of NLA_F_NESTED in the second byte of an attribute's type. Older versions of tc leave it out, and the kernel ignores it. */
const NESTED = 0x80

/** Returns the position of the first byte that differs, apart from NLA_F_NESTED that only ours has; -1 if there is none. */
function firstDifference(ours: Buffer, theirs: Buffer): number {
  const length = Math.max(ours.length, theirs.length)
  for (let at = 0; at < length; at += 1) {
    const isFlag = at > 16 && at % 4 === 3 && ours[at] === ((theirs[at] ?? 0) | NESTED) && (ours[at - 1] ?? 0) < 64
    if (ours[at] !== theirs[at] && !isFlag) return at
  }
  return -1
}

test('calls send the bytes of the commands', () => {
  const runs = requestsOf(rows.map(([command]) => command))
  const wrong = rows.flatMap(([command, call, argument], at) => {
    const sent = runs[at]?.requests.find(({ type }) => /^RTM_(NEW|DEL)/.test(type))
    if (sent === undefined) return [`${command}: ${runs[at]?.complaint}`]
    const theirs = / prio bands /.test(command) ? withoutEmptyTail(Buffer.from(sent.bytes)) : Buffer.from(sent.bytes)
    theirs.fill(0, 8, 16)
    const ours = messageOf((operations[call] as AnyCall)(argument))
    const difference = firstDifference(ours, theirs)
    if (difference === -1) return []
    const from = Math.max(0, difference - 8)
    const part = (bytes: Buffer) => bytes.subarray(from, from + 64).toString('hex')
    return [
      `${command}: byte ${difference} of ${ours.length}/${theirs.length}\n  ours ${part(ours)}\n  tc   ${part(theirs)}`,
    ]
  })
  assert.is(wrong.join('\n'), '')
})

test.run()
