import { Connection, DumpInterruptedError, SystemError } from '@netloom/netlink'
import { netfilter } from '@netloom/netlink/netfilter'
import { ack, failure, type ScriptStep, scripted, scriptSteps } from '@netloom/netlink/testing'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

const test = suite('requests that reset counters')

const { request, reply, dumped } = scriptSteps(netfilter)
const counted = { family: 2, attrs: { countersOrig: { packets: 7n } } }

/** Runs `call` with a script that contains each request once: a second one would throw. */
function play(steps: readonly ScriptStep[], call: (connection: Connection<typeof netfilter.messages>) => void): void {
  const script = scripted(steps)
  using connection = Connection.openProtocol(netfilter, { socketFactory: script })
  call(connection)
  script.done()
}

const isTruncated = (error: unknown) => error instanceof SystemError && error.code === 'EMSGSIZE'

test('a get whose reply is truncated is sent again', () =>
  play(
    [
      request('IPCTNL_MSG_CT_GET', () => true, [failure('EMSGSIZE')]),
      request('IPCTNL_MSG_CT_GET', () => true, [reply('IPCTNL_MSG_CT_NEW', counted), ack()]),
    ],
    (netlink) => assert.is(netlink.requestSync('IPCTNL_MSG_CT_GET', {}).length, 1),
  ))

test('a get that resets is not sent again', () =>
  play([request('IPCTNL_MSG_CT_GET_CTRZERO', () => true, [failure('EMSGSIZE')])], (netlink) =>
    assert.throws(() => netlink.requestSync('IPCTNL_MSG_CT_GET_CTRZERO', {}), isTruncated),
  ))

for (const name of [
  'IPCTNL_MSG_CT_GET_CTRZERO',
  'NFNL_MSG_ACCT_GET_CTRZERO',
  'NFT_MSG_GETRULE_RESET',
  'NFT_MSG_GETOBJ_RESET',
  'NFT_MSG_GETSETELEM_RESET',
] as const)
  test(`a truncated dump by ${name} is not sent again`, () =>
    play([request(name, () => true, [failure('EMSGSIZE')])], (netlink) =>
      assert.throws(() => netlink.dumpSync(name), isTruncated),
    ))

test('an interrupted dump that resets is not sent again, and its objects are in the error', () => {
  const answers = dumped('IPCTNL_MSG_CT_NEW', [counted], { interrupted: true })
  play([request('IPCTNL_MSG_CT_GET_CTRZERO', () => true, answers)], (netlink) =>
    assert.throws(
      () => netlink.dumpSync('IPCTNL_MSG_CT_GET_CTRZERO'),
      (error: unknown) => error instanceof DumpInterruptedError && error.attempts === 1 && error.received.length === 1,
    ),
  )
})

test.run()
