import { type EthtoolObjects, Netlink } from '@netloom/netlink'
import { compile } from '@netloom/netlink/codec'
import { ethtool, nlctrl } from '@netloom/netlink/generic'
import * as assert from 'uvu/assert'
import { setFeatures } from '../../packages/netlink/dist/api/ethtool/set-features.js'
import { set } from '../../packages/netlink/dist/api/ethtool/subject.js'
import { subjects } from '../../packages/netlink/dist/api/ethtool/table.js'
import type { Operation } from '../../packages/netlink/dist/api/run/operation.js'
import { nlmFlags } from '../../packages/netlink/dist/connection/flags.js'
import { encodeMessage } from '../../packages/netlink/dist/message/index.js'
import { ethtoolCommand } from '../support/ethtool.js'
import { type EthtoolRow, rows } from '../support/ethtool-rows.js'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { requestsOf } from '../support/strace-commands.js'

// Commands of ethtool, and calls that send the same bytes. The driver may refuse them: what counts is the request.

const test = suiteNeeding('commands of ethtool as calls', 'netns', 'tun', 'ethtool', 'strace')

const links = ['ip link add v0 type veth peer name v1', 'ip tuntap add tap0 mode tap multi_queue']

const operationOf = ([, subject, link, change]: EthtoolRow): Operation<unknown> =>
  subject === 'features'
    ? setFeatures(link, change as Record<string, boolean>)
    : set(subjects[subject as Exclude<keyof EthtoolObjects, 'features'>], link, change)

/** Returns the change that an operation requests, as a message without sequence number and port. Its reads are sent. */
function messageOf(nl: Netlink, id: number, operation: Operation<unknown>): Buffer {
  const connection = nl.generic(ethtool)
  let next = operation.next()
  while (!next.done) {
    const { kind, name, value, options } = next.value
    if (kind === 'change') {
      const message = ethtool.protocol(id).byName(name)
      const flags = 5 | nlmFlags(message, options)
      return Buffer.from(
        encodeMessage({ type: message.type, flags, seq: 0, pid: 0 }, (out) =>
          compile(message.declaration).encode(out, { ...message.header, ...(value as object) }),
        ),
      )
    }
    next = operation.next(
      connection.requestSync(name as 'ETHTOOL_MSG_STRSET_GET', value as { attrs: Record<never, never> }),
    )
  }
  throw new Error('expected the operation to request a change')
}

test('calls send the bytes of the commands', () =>
  inScratch((namespace) => {
    for (const line of links) namespace.exec('sh', ['-c', line])
    using nl = Netlink.open({ netns: namespace.path })
    const [family] = nl.generic(nlctrl).requestSync('CTRL_CMD_GETFAMILY', { attrs: { familyName: 'ethtool' } })
    const id = family?.attrs.familyId ?? 0
    const commands = rows.map(([command]) => ethtoolCommand('sid', ...command.split(' ')).join(' '))
    const runs = requestsOf([...links, ...commands], new Map([[id, 'ethtool']])).slice(links.length)
    const wrong = rows.flatMap((row, at) => {
      const sent = runs[at]?.requests.find(({ type }) => /^ETHTOOL_MSG_\w+_SET/.test(type))
      if (sent === undefined) return [`${row[0]}: ${runs[at]?.complaint}`]
      const theirs = Buffer.from(sent.bytes)
      theirs.fill(0, 8, 16)
      const ours = messageOf(nl, id, operationOf(row))
      return ours.equals(theirs)
        ? []
        : [`${row[0]}\n  ours   ${ours.toString('hex')}\n  theirs ${theirs.toString('hex')}`]
    })
    assert.is(wrong.join('\n'), '')
  }))

test.run()
