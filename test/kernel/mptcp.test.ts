import { Connection, NetlinkError } from '@netloom/netlink'
import { AF } from '@netloom/netlink/codec'
import * as assert from 'uvu/assert'
import { MPTCP_PM_ADDR_FLAG, mptcpPm } from '../../packages/netlink/dist/generic/mptcp.js'
import { inScratch, skipped } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('mptcp_pm in the kernel', 'netns')

type PathManager = Connection<typeof mptcpPm.messages>

/** Opens a path manager in a namespace. Returns undefined and reports a skip if the kernel has no MPTCP. */
function open(netns: string): PathManager | undefined {
  try {
    return Connection.openGeneric(mptcpPm, { netns, timeout: 60_000 })
  } catch (error) {
    if (!(error instanceof NetlinkError && error.code === 'ENOENT')) throw error
    skipped('this kernel has no family mptcp_pm')
    return undefined
  }
}

const withPathManager = (use: (connection: PathManager) => void) =>
  inScratch(({ path }) => {
    const connection = open(path)
    if (connection === undefined) return
    try {
      use(connection)
    } finally {
      connection.close()
    }
  })

test('limits can be set and read', () =>
  withPathManager((connection) => {
    connection.requestSync('MPTCP_PM_CMD_SET_LIMITS', { attrs: { rcvAddAddrs: 4, subflows: 3 } })
    const [limits] = connection.requestSync('MPTCP_PM_CMD_GET_LIMITS', {})
    assert.equal(limits?.attrs, { rcvAddAddrs: 4, subflows: 3 })
  }))

test('endpoints can be added, read and deleted', () =>
  withPathManager((connection) => {
    const flags = MPTCP_PM_ADDR_FLAG.SUBFLOW | MPTCP_PM_ADDR_FLAG.BACKUP
    const four = { family: AF.INET, id: 7, flags, addr4: '10.0.0.1' }
    const six = { family: AF.INET6, id: 9, flags: MPTCP_PM_ADDR_FLAG.SIGNAL, addr6: '2001:db8::1' }
    for (const addr of [four, six]) connection.requestSync('MPTCP_PM_CMD_ADD_ADDR', { attrs: { addr } })
    const listed = () => connection.dumpSync('MPTCP_PM_CMD_GET_ADDR').map(({ attrs }) => attrs.addr)
    assert.equal(listed(), [
      { ...four, port: 0 },
      { ...six, port: 0 },
    ])
    const [one] = connection.requestSync('MPTCP_PM_CMD_GET_ADDR', { attrs: { addr: { id: 9 } } })
    assert.equal(one?.attrs.addr, { ...six, port: 0 })
    connection.requestSync('MPTCP_PM_CMD_DEL_ADDR', { attrs: { addr: { id: 7 } } })
    assert.equal(listed(), [{ ...six, port: 0 }])
  }))

test('requesting an unknown endpoint fails', () =>
  withPathManager((connection) => {
    try {
      connection.requestSync('MPTCP_PM_CMD_GET_ADDR', { attrs: { addr: { id: 5 } } })
    } catch (error) {
      assert.ok(error instanceof NetlinkError)
      assert.is(error.code, 'EINVAL')
      assert.is(error.kernelMessage, 'address not found')
      return
    }
    assert.unreachable('expected a NetlinkError')
  }))

test.run()
